package demo

func coding() topic { return topic{en: codingEN(), ko: codingKO()} }

func codingEN() voice {
	return voice{
		tags:     []string{"coding", "go", "generative", "sqlite", "tools", "debugging"},
		titles:   []string{"A tiny program that draws {subject}", "The bug that was a time zone", "{n} lines instead of {minutes}", "What {tool} taught me about waiting", "Seeds: the same picture twice", "Deleting code at {place}"},
		openings: []string{"{when} I wrote a program that draws {subject} from a single number.", "The tests passed on my machine, which should have warned me.", "I spent {minutes} minutes with {tool} and a very small mistake.", "{friend} wanted {subject} for a poster, so of course I wrote a generator.", "Reading somebody else's code at {place} turned out to be the nicest part of the week."},
		details: []string{
			"The fix was one line, and the comment above it is five.",
			"I kept the seed in the file name, so every picture can be made again.",
			"Measuring first was embarrassing: the slow part was the logging.",
			"A loop that allocates nothing is a {mood} thing to watch.",
			"Half of the options are gone now, and nobody has noticed.",
			"The name was wrong for a year; renaming it made two other functions unnecessary.",
			"{tool} is at its best when you ask it small questions.",
			"An error message is a letter to a tired person, so I rewrote all {n} of them.",
			"Everything that depends on the clock now gets the clock handed in.",
			"Writing the test took longer than the code, and it caught me the same evening.",
		},
		blocks: []string{
			"The heart of it:\n\n```go\nrng := rand.New(rand.NewPCG(seed, 0))\nfor range 400 {\n\tangle := rng.Float64() * 2 * math.Pi\n\tdraw(center, angle, rng.Float64())\n}\n```",
			"What I check before I blame the compiler:\n\n- is it saved?\n- is it the same database?\n- is it the same *time zone*?\n- would it fail if I broke it on purpose?",
			"```sql\nSELECT tag, count(*) AS posts\nFROM post_tags\nGROUP BY tag\nORDER BY posts DESC\nLIMIT 10;\n```\n\nThat query replaced a whole afternoon of code.",
		},
		closings: []string{"The source is short enough to read over tea.", "Give me a number and I will post your picture.", "What was your smallest bug with the longest evening?", "Tomorrow I will delete the rest."},
		words: map[string][]string{
			"subject": {"rivers", "paper cities", "moss", "constellations", "slow waves", "little houses"},
			"tool":    {"the debugger", "SQLite", "the profiler", "a fuzz test", "the race detector", "plain grep"},
		},
	}
}

func codingKO() voice {
	return voice{
		tags:     []string{"개발", "코딩", "오픈소스", "생성예술", "디버깅", "데이터베이스"},
		titles:   []string{"{subject|을} 그리는 작은 프로그램", "범인은 시간대였다", "{minutes} 줄을 {n} 줄로 줄이기", "{tool|과} 보낸 저녁", "같은 씨앗, 같은 그림", "{place}에서 코드를 지우다"},
		openings: []string{"{when} 숫자 하나로 {subject|을} 그리는 프로그램을 만들었어요.", "제 컴퓨터에서는 테스트가 다 통과했는데, 그때 의심했어야 했습니다.", "{tool|을} 붙잡고 {minutes} 분을 보냈는데 원인은 아주 작은 실수였어요.", "{friend|이} 포스터에 쓸 {subject|을} 부탁해서 당연히 생성기를 짰습니다.", "{place} 카페에서 남의 코드를 읽은 것이 이번 주의 가장 즐거운 일이었어요."},
		details: []string{
			"고친 것은 한 줄인데 그 위에 단 주석은 다섯 줄입니다.",
			"파일 이름에 씨앗을 적어 두어서 어떤 그림이든 다시 만들 수 있어요.",
			"먼저 재 보니 부끄럽게도 느린 곳은 로그였습니다.",
			"옵션을 절반이나 없앴는데 아무도 눈치채지 못했어요.",
			"이름을 바로잡았더니 함수 두 개가 필요 없어졌습니다.",
			"오류 메시지는 지친 사람에게 쓰는 편지라서 {n} 개를 전부 다시 썼어요.",
			"시계가 필요한 곳에는 이제 시계를 밖에서 건네줍니다.",
			"테스트를 쓰는 데 더 오래 걸렸지만 바로 그날 저녁에 저를 구해 주었어요.",
			"{tool|은} 작은 질문을 던질 때 가장 빛납니다.",
			"데이터베이스 트랜잭션 안에서 숫자를 올리니 쉰 명이 동시에 눌러도 딱 맞아요.",
		},
		blocks: []string{
			"핵심은 이 부분이에요.\n\n```go\nrng := rand.New(rand.NewPCG(seed, 0))\nfor range 400 {\n\tangle := rng.Float64() * 2 * math.Pi\n\tdraw(center, angle, rng.Float64())\n}\n```",
			"컴파일러를 의심하기 전에 확인하는 것들:\n\n- 저장했나?\n- 같은 데이터베이스인가?\n- 같은 **시간대**인가?\n- 일부러 망가뜨리면 실패하나?",
			"```sql\nSELECT tag, count(*) AS posts\nFROM post_tags\nGROUP BY tag\nORDER BY posts DESC\nLIMIT 10;\n```\n\n이 질의 하나가 오후 내내 짠 코드를 대신했어요.",
		},
		closings: []string{"소스는 차 한 잔 마시며 읽을 만큼 짧습니다.", "숫자 하나를 댓글로 주시면 그림을 그려 드릴게요.", "여러분의 가장 작은 버그와 가장 긴 밤은 언제였나요?", "내일은 나머지도 지울 생각이에요."},
		words: map[string][]string{
			"subject": {"강줄기", "종이 도시", "이끼", "별자리", "느린 파도", "작은 집"},
			"tool":    {"디버거", "프로파일러", "퍼즈 테스트", "경쟁 상태 검사기", "터미널"},
		},
	}
}
