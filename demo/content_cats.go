package demo

func cats() topic { return topic{en: catsEN(), ko: catsKO()} }

func catsEN() voice {
	return voice{
		tags:     []string{"cats", "catsofmadang", "pets", "rescue", "naps", "tabby"},
		titles:   []string{"{cat} and the {thing}", "A portrait of {cat}, asleep", "{n} photographs, one tail", "The cat who chose {place}", "{cat} has opinions", "How to work next to a cat"},
		openings: []string{"{when} {cat} discovered the {thing} and has not moved since.", "I set out to draw {cat} and came home with a drawing of an empty chair.", "{friend} found a cat at {place}, or the other way round.", "{cat} turned {n} this week, and celebrated by sleeping through it.", "There is a cat on my keyboard, so forgive the spelling."},
		details: []string{
			"A cat's ears vote separately.",
			"She walks along the shelf without touching a single cup, until somebody looks.",
			"I bought a bed; {cat} lives in the box it came in.",
			"The purr is exactly the note my fridge makes, which I only learnt by recording both.",
			"He greets everyone at the door and forgives nobody for leaving.",
			"Black fur eats all the light, so I overexpose and hope.",
			"It takes {minutes} minutes of sitting on the floor before a shy cat decides you are furniture.",
			"The vet called her {mood}, in the voice people use for weather.",
			"Every drawing of a sleeping cat is the same curve, and I am not tired of it.",
			"{cat} watches the washing machine the way I watch films.",
		},
		blocks: []string{
			"The daily programme:\n\n1. breakfast, loudly\n2. the {thing}\n3. sun, followed around the room\n4. second breakfast, as if there had been no first",
			"> A cat is never late; it is you who began too early.",
			"If you are near {place}: the rescue wants towels and patience, see [their list](https://example.com/rescue).",
		},
		closings: []string{"Show me yours. This is not a request.", "{cat} says hello, or possibly that it is five o'clock.", "Name suggestions for the new one are open until Sunday.", "No cats were woken for this post."},
		words: map[string][]string{
			"cat":   {"Biscuit", "Captain", "Olive", "Mister Soup", "Juniper", "Dot"},
			"thing": {"printer", "cardboard box", "warm laptop", "paper bag", "radiator", "wool basket"},
		},
	}
}

func catsKO() voice {
	return voice{
		tags:     []string{"고양이", "고양이일상", "길고양이", "집사", "반려동물", "낮잠"},
		titles:   []string{"고양이가 {thing|을} 차지했다", "{cat|이라}는 이름의 고양이", "{place}에서 만난 고양이", "고양이에게 배운 것", "고양이와 함께 일하는 법", "고양이는 {mood} 선생님"},
		openings: []string{"{when} 고양이가 {thing|을} 발견하더니 아직도 내려오지 않아요.", "{cat|을} 그리려고 앉았는데 빈 의자만 그리고 왔습니다.", "{friend|이} {place}에서 고양이를 만났어요. 아니, 고양이가 사람을 골랐다고 해야겠네요.", "우리 집 고양이는 이번 주에 {n} 살이 되었고, 생일 내내 잤습니다.", "지금 키보드 위에 고양이가 있어서 오타가 많을 수 있어요."},
		details: []string{
			"고양이의 두 귀는 늘 따로 투표합니다.",
			"고양이는 컵 사이를 하나도 건드리지 않고 걷다가 누가 보면 꼭 하나를 떨어뜨려요.",
			"비싼 방석을 샀는데 고양이만 상자에서 삽니다.",
			"고양이의 골골 소리를 녹음해 보니 냉장고와 같은 음이었어요.",
			"문 앞까지 나와 반겨 주는 고양이를 보면 하루가 다 풀립니다.",
			"검은 고양이를 찍을 때는 노출을 한 단계 올려야 눈빛이 살아나요.",
			"낯선 고양이한테는 {minutes} 분쯤 가구처럼 앉아 있어야 합니다.",
			"잠든 고양이보다 부드러운 곡선을 아직 보지 못했어요.",
			"고양이도 창밖의 비를 한참 바라볼 때가 있습니다.",
			"{cat|은} 세탁기를 볼 때 제가 영화를 보듯 집중해요.",
			"고양이처럼 기지개를 켜고 나니 허리가 한결 가볍습니다.",
			"고양이랑 낮잠을 자면 깨어나는 시간은 고양이가 정해요.",
		},
		blocks: []string{
			"고양이의 하루입니다.\n\n1. 시끄러운 아침밥\n2. {thing} 점검\n3. 볕을 따라 방 한 바퀴\n4. 아무것도 못 먹은 척 두 번째 아침밥",
			"> 고양이는 늦는 법이 없다. 사람이 너무 일찍 시작할 뿐.",
			"{place} 근처에 사신다면 쉼터에 수건을 보내 주세요. [필요한 물건 목록](https://example.com/rescue)이 있어요.",
		},
		closings: []string{"여러분의 고양이도 보여 주세요. 부탁이 아닙니다.", "고양이가 안부를 전하네요. 어쩌면 밥때라는 뜻일지도 몰라요.", "새로 온 고양이의 이름을 일요일까지 받습니다.", "이 글을 쓰는 동안 깨운 고양이는 없습니다."},
		words: map[string][]string{
			"cat":   {"보리", "두부", "만두", "구름", "호박", "달래"},
			"thing": {"프린터", "종이 상자", "노트북", "난로 앞", "털실 바구니", "빨래 더미"},
		},
	}
}
