package demo

func illustration() topic { return topic{en: illustrationEN(), ko: illustrationKO()} }

func illustrationEN() voice {
	return voice{
		tags:     []string{"illustration", "drawing", "sketchbook", "watercolour", "ink", "colour"},
		titles:   []string{"Drawing {place} with {tool}", "What {colour} taught me", "A page a day, week {n}", "{tool}, badly at first", "Sketching strangers, kindly", "Thumbnails before everything"},
		openings: []string{"{when} I sat down at {place} and drew until my tea was cold.", "I promised myself one finished page a week, and this is the {mood} one.", "{friend} asked how I choose colours, so here is the honest answer.", "A commission fell through, which left me a whole afternoon and {tool}.", "My sketchbook is full: the last page is from {place}, and slightly damp."},
		details: []string{
			"I start with {n} thumbnails no bigger than a stamp, because a bad idea is cheap at that size.",
			"Most of the picture is {colour}; everything else only has to be warmer or cooler than that.",
			"The line got better the moment I moved my shoulder instead of my wrist.",
			"Paper with some tooth forgives more than it should.",
			"Leaving the sky empty felt like cheating, and it is the best part.",
			"I scanned it twice, since the first scan ate every pale wash.",
			"Faces come last, when the hands have already said what the person feels.",
			"{tool} cannot be rubbed out, so every mistake had to become a plant.",
			"I set a timer for {minutes} minutes and stopped in the middle of a leaf.",
			"Looking at the page in a mirror showed me that the whole house leaned left.",
		},
		blocks: []string{
			"What was on the table:\n\n- {tool}\n- one flat brush, one that used to be round\n- a jar of {colour}\n- paper that had been saved for something better",
			"> Draw what you see, then what you know, then throw away whichever was louder.",
			"The process pictures are in [this album](https://example.com/albums/process); the ugly middle is picture four.",
		},
		closings: []string{"Tell me which of the two versions you would hang, and be blunt.", "Next week: trees, which I have been avoiding since school.", "If you draw along, post yours below. I would love to see it.", "The original is drying on the fridge, where the best critics live."},
		words:    map[string][]string{"tool": {"a brush pen", "a carpenter's pencil", "walnut ink", "gouache", "two felt pens", "a dip pen"}},
	}
}

func illustrationKO() voice {
	return voice{
		tags:     []string{"일러스트", "드로잉", "수채화", "스케치북", "그림일기", "색연필"},
		titles:   []string{"{place}에서 그린 {n} 장", "{tool|으로} 그린 골목", "{colour} 한 가지로 그리기", "하루 한 장, {n} 번째 주", "{tool|과} 친해지는 중", "손이 먼저 아는 그림"},
		openings: []string{"{when} {place}에 앉아 차가 식을 때까지 그림을 그렸어요.", "일주일에 한 장은 꼭 완성하기로 했는데, 이번 그림은 유난히 {mood} 그림이 되었습니다.", "{friend|이} 색을 어떻게 고르냐고 물어서 솔직하게 적어 봅니다.", "의뢰가 미뤄진 덕분에 오후가 통째로 비었고, 책상에는 {tool|이} 남아 있었어요.", "스케치북 한 권을 드디어 다 채웠습니다."},
		details: []string{
			"먼저 우표만 한 크기로 {n} 장을 그려 보면 안 되는 구도가 금방 드러나요.",
			"화면의 대부분은 {colour|으로} 덮고, 나머지는 그보다 따뜻하거나 차갑게만 골랐습니다.",
			"손목 대신 어깨를 움직이니 선이 한결 편안해졌어요.",
			"하늘을 비워 두는 게 반칙 같았는데 결국 거기가 제일 마음에 듭니다.",
			"{tool|은} 지울 수가 없어서 실수한 자리마다 풀을 그려 넣었어요.",
			"얼굴은 언제나 마지막에 그립니다. 손이 이미 표정을 다 말해 주거든요.",
			"거울에 비춰 보니 집이 통째로 왼쪽으로 기울어 있어서 한참 웃었습니다.",
			"{minutes} 분 타이머를 맞춰 두고 잎사귀를 그리다 말고 멈췄어요.",
			"스캔하면 옅은 물감이 다 날아가서 결국 창가에서 사진으로 찍었습니다.",
			"간판의 글씨는 일부러 삐뚤게 두었어요. 실제로도 그렇게 걸려 있으니까요.",
		},
		blocks: []string{
			"오늘 쓴 재료입니다.\n\n- {tool}\n- 납작붓 하나\n- {colour} 물감\n- 아껴 두었던 종이",
			"> 보이는 대로 그리고, 아는 대로 고치고, 마지막엔 좋아하는 쪽을 남긴다.",
			"과정 사진은 [여기](https://example.com/albums/process)에 모아 두었어요. 네 번째 사진이 제일 못났습니다.",
		},
		closings: []string{"두 장 가운데 어느 쪽이 나은지 편하게 말해 주세요.", "다음 주에는 미뤄 두었던 나무를 그려 볼게요.", "같이 그리실 분은 댓글에 그림을 남겨 주세요.", "원화는 지금 냉장고 문에 붙어서 마르고 있습니다."},
		words:    map[string][]string{"tool": {"붓펜", "목탄", "과슈", "색연필", "만년필", "몽당연필"}},
	}
}
