package demo

func cooking() topic { return topic{en: cookingEN(), ko: cookingKO()} }

func cookingEN() voice {
	return voice{
		tags:     []string{"cooking", "recipe", "bread", "fermentation", "kitchen", "soup"},
		titles:   []string{"{dish} for a {mood} evening", "{dish}, third attempt", "My grandmother's {dish}", "Feeding {n} people at {place}", "Salt it twice", "The pan that fixed my {dish}"},
		openings: []string{"{when} I made {dish} for {n} people and had to hide the pan to keep some for lunch.", "The recipe said serves four, and there were two of us.", "{friend} taught me {dish} without a single measurement.", "I have burnt {dish} three times, and I know why now.", "The market at {place} had everything for {dish}, and the rain kept the queue short."},
		details: []string{
			"Salt early and a little, then late and a little: it is not the same salt.",
			"The onions took {minutes} minutes, whatever the book says.",
			"Let the dough tell you the time; the clock has never met your kitchen.",
			"Cold butter, warm hands and no hurry.",
			"A spoon of vinegar at the end turned the lights on.",
			"I toast the spices until the neighbours know about it.",
			"The secret is a smaller pan, since everything browns that touches the bottom.",
			"Leftovers were better, as they nearly always are.",
			"My grandmother wrote “until it looks right”, and it took me years to see it.",
			"Fermentation is mostly leaving things alone with good intentions.",
		},
		blocks: []string{
			"You need:\n\n- 500 g flour\n- 350 g water\n- 10 g salt\n- a spoon of whatever lives in the jar",
			"The order matters:\n\n1. onions, low\n2. spices, briefly\n3. everything else\n4. walk away for {minutes} minutes",
			"> Taste it now. Taste it again. Now stop.",
		},
		closings: []string{"Tell me what your family does differently, I will not be offended.", "There is a bowl left if you are near {place}.", "Next time with less pepper, says everyone but me.", "Eat it standing up, straight from the pan."},
		words:    map[string][]string{"dish": {"lentil soup", "flatbread", "dumplings", "apple cake", "sourdough", "tomato rice", "pickled radish"}},
	}
}

func cookingKO() voice {
	return voice{
		tags:     []string{"요리", "집밥", "레시피", "김치", "베이킹", "제철음식"},
		titles:   []string{"{mood} 저녁의 {dish}", "{dish}, 세 번째 도전", "할머니의 {dish}", "{place} 장터에서 {dish}까지", "소금은 두 번", "{n} 명을 위한 {dish}"},
		openings: []string{"{when} {dish|을} 넉넉히 만들었는데 내일 점심 몫을 숨겨야 했어요.", "레시피에는 사 인분이라고 적혀 있었지만 우리는 둘이었습니다.", "{friend|이} 계량 한 번 없이 {dish|을} 가르쳐 주었어요.", "{dish|을} 세 번이나 태우고 나서야 이유를 알았습니다.", "{place} 시장에 {dish} 재료가 다 나와 있어서 빈손으로 올 수가 없었어요."},
		details: []string{
			"소금은 처음에 조금, 마지막에 조금. 둘은 다른 맛이에요.",
			"양파는 책에 뭐라고 적혀 있든 {minutes} 분은 볶아야 합니다.",
			"반죽이 알려 주는 시간을 믿으세요. 시계는 우리 부엌을 모르니까요.",
			"마지막에 식초 한 숟가락을 넣으니 맛이 환해졌어요.",
			"멸치와 다시마를 찬물에서부터 천천히 우렸습니다.",
			"작은 냄비를 쓰는 게 비결이에요. 바닥에 닿는 것이 고소해지거든요.",
			"하룻밤 지난 것이 역시 더 맛있습니다.",
			"할머니는 늘 적당히라고만 하셨는데 이제야 그 적당히가 보여요.",
			"발효는 좋은 마음으로 가만히 두는 일에 가깝습니다.",
			"그릇은 {colour} 접시를 골랐어요. 같은 음식도 달라 보입니다.",
		},
		blocks: []string{
			"재료입니다.\n\n- 밀가루 500 g\n- 물 350 g\n- 소금 10 g\n- 간장 두 숟가락과 인내심",
			"순서가 중요해요.\n\n1. 약한 불에 양파\n2. 양념은 잠깐\n3. 나머지 전부\n4. {minutes} 분 동안 모른 척하기",
			"> 지금 한 번, 조금 있다 한 번. 간은 두 번이면 충분하다.",
		},
		closings: []string{"여러분 집에서는 어떻게 하시는지 알려 주세요.", "{place} 근처라면 한 그릇 남아 있습니다.", "다음에는 고춧가루를 조금 줄여 볼게요.", "냄비째 들고 서서 먹는 게 제일 맛있어요."},
		words:    map[string][]string{"dish": {"된장찌개", "김치전", "만두", "잡채", "수제비", "떡볶이", "호박죽", "깍두기"}},
	}
}
