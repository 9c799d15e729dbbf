package demo

func film() topic { return topic{en: filmEN(), ko: filmKO()} }

func filmEN() voice {
	return voice{
		tags:     []string{"film", "shortfilm", "documentary", "editing", "sound", "storyboard"},
		titles:   []string{"Notes from the edit of “{film}”", "{n} minutes about {subject}", "Filming {subject} without getting in the way", "The shot I could not keep", "Why I cut on sound", "A camera, {place} and no plan"},
		openings: []string{"{when} I locked the picture of “{film}”, a short about {subject}.", "We had one day, one lens and {subject}.", "I have been filming at {place} for {n} weeks, mostly waiting.", "{friend} lent me a microphone, and the film changed its mind about what it was.", "The first cut of “{film}” was long, proud and dull, so I started over."},
		details: []string{
			"The best take has a bus in it, and the bus stays.",
			"Once the room tone was recorded, half of the music became unnecessary.",
			"I asked every question twice, and the second answer was always the shorter one.",
			"Hands tell you when to cut: the moment they finish, so does the shot.",
			"We stopped using the tripod after an hour; the floor was moving more than we were.",
			"A close-up only means something if you have been far away before.",
			"I graded everything towards {colour} and then took half of it away again.",
			"The interview ran for {minutes} minutes and the film keeps eleven seconds of it.",
			"Natural light ran out at four, and the last scene is better for being nearly dark.",
			"Subtitles come first now; reading the film taught me where it drags.",
		},
		blocks: []string{
			"How the cut is built:\n\n1. the door, before anyone comes in\n2. work, without words\n3. one sentence\n4. the door again",
			"Exported like this, so that it starts at once in a browser:\n\n```sh\nffmpeg -i cut.mov -c:v libx264 -crf 22 -c:a aac -movflags +faststart cut.mp4\n```",
			"> If the scene works without the music, now you may add the music.",
		},
		closings: []string{"The whole thing is under ten minutes; watch it with headphones.", "I would like to hear where you looked away.", "Screening on Friday at {place}, bring a chair.", "Thanks to everyone who carried a cable."},
		words: map[string][]string{
			"film":    {"Low Tide", "The Bridge Keeper", "Flour", "Second Shift", "Quiet Engines", "Letters to a Roof"},
			"subject": {"a night baker", "the last ferry", "a piano tuner", "people who wait", "a repair shop", "the fish market"},
		},
	}
}

func filmKO() voice {
	return voice{
		tags:     []string{"영화", "단편영화", "다큐멘터리", "편집", "촬영일지", "사운드"},
		titles:   []string{"<{film}> 편집 일지", "{subject|을} 찍는 일", "{place}에서 보낸 촬영 첫날", "결국 버린 한 장면", "소리에서 자르기", "{minutes} 분짜리 영화를 만들며"},
		openings: []string{"{when} <{film}>의 편집을 마쳤습니다. {subject|을} 담은 단편이에요.", "하루, 렌즈 하나, 그리고 {subject}. 가진 건 그게 전부였어요.", "{place}에서 벌써 {n} 주째 찍고 있는데, 대부분은 기다리는 시간입니다.", "{friend|이} 마이크를 빌려준 뒤로 영화가 완전히 달라졌어요.", "<{film}>의 첫 편집본은 길고 지루해서 처음부터 다시 시작했습니다."},
		details: []string{
			"가장 좋은 테이크에 버스가 지나가는데, 그냥 남겨 두기로 했어요.",
			"현장의 빈 소리를 녹음해 두니 음악의 절반이 필요 없어졌습니다.",
			"같은 질문을 두 번 하면 두 번째 대답이 늘 더 짧고 정확해요.",
			"손이 멈추는 순간이 곧 컷이 끝나는 순간이라는 걸 배웠습니다.",
			"멀리서 오래 본 다음에야 클로즈업에 힘이 생겨요.",
			"전체 색을 {colour} 쪽으로 밀었다가 절반쯤 되돌렸습니다.",
			"인터뷰는 {minutes} 분이었지만 영화에는 열한 마디만 남았어요.",
			"네 시가 되자 빛이 사라졌는데, 어둑한 마지막 장면이 오히려 좋습니다.",
			"자막을 먼저 만들어 보면 어디가 늘어지는지 눈에 보여요.",
			"삼각대를 내려놓고 나서야 그 사람과 같은 속도로 걸을 수 있었습니다.",
		},
		blocks: []string{
			"편집의 뼈대는 이렇습니다.\n\n1. 아무도 없는 문\n2. 말 없는 일\n3. 단 한 문장\n4. 다시 문",
			"브라우저에서 바로 재생되도록 이렇게 내보냈어요.\n\n```sh\nffmpeg -i cut.mov -c:v libx264 -crf 22 -c:a aac -movflags +faststart cut.mp4\n```",
			"> 음악 없이도 되는 장면이라면, 그때 음악을 넣어도 된다.",
		},
		closings: []string{"십 분이 안 되니 이어폰을 끼고 봐 주세요.", "어느 장면에서 눈을 돌렸는지 알려 주시면 큰 도움이 됩니다.", "금요일에 {place}에서 작은 상영회를 열어요.", "함께 케이블을 들어 준 모두에게 고맙습니다."},
		words: map[string][]string{
			"film":    {"썰물", "다리 위의 사람", "새벽 반죽", "두 번째 근무", "느린 엔진", "지붕에게"},
			"subject": {"새벽 빵집", "마지막 배", "피아노 조율사", "기다리는 사람들", "오래된 수리점", "어시장"},
		},
	}
}
