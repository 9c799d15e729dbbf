package demo

func gardening() topic { return topic{en: gardeningEN(), ko: gardeningKO()} }

func gardeningEN() voice {
	return voice{
		tags:     []string{"gardening", "balcony", "compost", "seeds", "plants", "vegetables"},
		titles:   []string{"{plant}, the {mood} year", "{n} pots and one window", "The compost is winning", "Sowing {plant} too early again", "A map of {place}", "What the slugs left"},
		openings: []string{"{when} the first of the {plant} came up, two weeks after I had given up.", "I have {n} pots, one window and too many seeds.", "{friend} gave me a paper bag of {plant} with nothing written on it.", "The frost came early and took everything except the {plant}.", "Every year I draw a plan for the garden, and every year the garden declines."},
		details: []string{
			"Watering in the evening was my mistake; the slugs consider it an invitation.",
			"The compost smells of forest now, which means that it is finished.",
			"I pinched out the tips, apologised, and got twice as many flowers.",
			"The soil warms first along the wall, so that is where I sow.",
			"Bees prefer the {colour} ones, and I have started to agree with them.",
			"Seedlings want less kindness than you think and more light.",
			"I label everything now, with pencil, because ink gives up in May.",
			"The tallest plant in the garden is one I pulled out twice.",
			"Rain collected from the shed roof lasts about {n} days in June.",
			"A mirror behind the pots gave the dark side of the balcony an hour of sun.",
		},
		blocks: []string{
			"This week:\n\n- [x] turn the compost\n- [x] tie up the {plant}\n- [ ] argue with the blackbird\n- [ ] save seed from the {colour} one",
			"> Plant for the weather you have, water for the weather you wanted.",
			"My sowing calendar is [here](https://example.com/sowing), with all the dates I ignored.",
		},
		closings: []string{"Cuttings are free if you come by {place}.", "What grows for you without being asked?", "If anybody knows this leaf, please name it before I eat it.", "More in a month, or whenever the {plant} decide."},
		words:    map[string][]string{"plant": {"tomatoes", "sweet peas", "radishes", "dahlias", "runner beans", "poppies", "leeks"}},
	}
}

func gardeningKO() voice {
	return voice{
		tags:     []string{"텃밭", "베란다정원", "식물", "씨앗", "가드닝", "채소"},
		titles:   []string{"{mood} {plant} 키우기", "화분 {n} 개와 창문 하나", "퇴비가 이기고 있다", "또 너무 일찍 심은 {plant}", "{place} 옥상 텃밭 지도", "달팽이가 남긴 것"},
		openings: []string{"{when} 포기했던 {plant|이} 두 주 만에 싹을 틔웠어요.", "화분 {n} 개, 창문 하나, 그리고 너무 많은 씨앗이 있습니다.", "{friend|이} 아무것도 적히지 않은 {plant} 씨앗 봉투를 주었어요.", "서리가 일찍 내려서 {plant|을} 빼고는 모두 시들었습니다.", "해마다 텃밭 계획을 그리지만 텃밭은 해마다 거절해요."},
		details: []string{
			"저녁에 물을 준 게 실수였어요. 달팽이는 그걸 초대장으로 압니다.",
			"퇴비에서 숲 냄새가 나면 다 익었다는 뜻이에요.",
			"순을 따 주고 미안하다고 했더니 꽃이 두 배로 피었습니다.",
			"벽을 따라 흙이 먼저 따뜻해져서 씨앗은 늘 그쪽에 뿌려요.",
			"벌들은 {colour} 꽃을 더 좋아하는데, 저도 점점 그렇게 됩니다.",
			"모종에게 필요한 것은 정성보다 햇빛이었어요.",
			"이름표는 연필로 적습니다. 펜은 오월이면 다 지워지거든요.",
			"텃밭에서 제일 큰 식물은 제가 두 번이나 뽑았던 풀이에요.",
			"지붕에서 받은 빗물로 유월에는 물을 {n} 번쯤 줄 수 있습니다.",
			"화분 뒤에 거울을 두었더니 그늘진 쪽에도 한 시간쯤 볕이 들어요.",
		},
		blocks: []string{
			"이번 주 할 일:\n\n- [x] 퇴비 뒤집기\n- [x] {plant} 지지대 세우기\n- [ ] 직박구리와 협상하기\n- [ ] {colour} 꽃에서 씨앗 받기",
			"> 심을 때는 있는 날씨에, 물을 줄 때는 바라던 날씨에 맞춘다.",
			"파종 달력은 [여기](https://example.com/sowing)에 있어요. 제가 지키지 않은 날짜도 전부 있습니다.",
		},
		closings: []string{"{place|으로} 오시면 꺾꽂이 가지를 나눠 드려요.", "여러분 집에서 저절로 잘 자라는 식물은 무엇인가요?", "이 잎의 이름을 아시는 분, 먹기 전에 알려 주세요.", "한 달 뒤에, 아니면 {plant|이} 마음먹는 날에 다시 쓸게요."},
		words:    map[string][]string{"plant": {"방울토마토", "상추", "고추", "바질", "봉선화", "완두콩", "깻잎"}},
	}
}
