package demo

func knitting() topic { return topic{en: knittingEN(), ko: knittingKO()} }

func knittingEN() voice {
	return voice{
		tags:     []string{"knitting", "wool", "textiles", "mending", "weaving", "pattern"},
		titles:   []string{"A {thing} in {colour}", "Ripping back {n} rows", "{thing}: the pattern, finally", "Mending before making", "Dyeing wool at {place}", "The {mood} second sock"},
		openings: []string{"{when} I cast off the {colour} {thing} that I began two winters ago.", "I ripped back {n} rows at {place} and felt better at once.", "{friend} asked for a {thing}, and I said yes before asking the size.", "The wool was {colour}, local and slightly too expensive.", "I knit in meetings, and this {thing} is mostly about the budget."},
		details: []string{
			"A swatch lies, but a washed swatch lies much less.",
			"The cable crosses every eighth row, unless somebody talks to me.",
			"Onion skins gave a yellow that no shop sells.",
			"Mending with a thread of another colour is honest, and looks better.",
			"I counted {n} times and got {n} answers.",
			"Heels are geometry; you turn a corner with string.",
			"Lace needs pins, patience and a floor without a cat.",
			"The left sleeve took a week and the right one took a year.",
			"Blocking is where it stops being a lump and becomes a {thing}.",
			"My hands know the pattern now, so my eyes can have the window.",
		},
		blocks: []string{
			"The repeat, over eight stitches:\n\n```\nrow 1: k2, yo, ssk, k4\nrow 2: purl\nrow 3: k3, yo, ssk, k3\nrow 4: purl\n```",
			"Before you start:\n\n- wash the swatch\n- measure the swatch\n- believe the swatch",
			"The whole pattern is [free to use](https://example.com/patterns); please tell me where it confused you.",
		},
		closings: []string{"Sizes from very small to very tall, ask for yours.", "What are you making that nobody is allowed to see yet?", "The second one is on the needles, before I lose courage.", "Worn already, so it counts as finished."},
		words:    map[string][]string{"thing": {"cardigan", "shawl", "hat", "blanket", "scarf", "pair of mittens", "jumper"}},
	}
}

func knittingKO() voice {
	return voice{
		tags:     []string{"뜨개질", "뜨개", "털실", "손바느질", "수선", "도안공유"},
		titles:   []string{"{colour} {thing} 완성", "{n} 단을 풀어 버린 날", "{thing} 도안을 공유해요", "만들기 전에 고치기", "{place}에서 물들인 실", "{mood} 두 번째 양말"},
		openings: []string{"{when} 두 해 겨울을 넘긴 {colour} {thing|을} 드디어 마무리했어요.", "{place} 가는 기차에서 {n} 단을 풀었는데 오히려 후련했습니다.", "{friend|이} {thing|을} 부탁해서 치수도 묻지 않고 그러겠다고 했어요.", "실은 {colour}, 가까운 목장에서 온 것이고 조금 비쌌습니다.", "회의 시간마다 떴더니 이 {thing}에는 예산 이야기가 다 들어 있어요."},
		details: []string{
			"게이지는 거짓말을 하지만 빨아 말린 게이지는 덜 합니다.",
			"여덟 단마다 꽈배기를 꼬는데, 누가 말을 걸면 아홉 단이 돼요.",
			"양파 껍질로 물들이니 어느 가게에도 없는 노란색이 나왔습니다.",
			"다른 색 실로 기우면 솔직하고 보기에도 더 좋아요.",
			"{n} 번을 세었는데 셀 때마다 답이 달랐습니다.",
			"발뒤꿈치는 기하학이에요. 실로 모퉁이를 도는 일이니까요.",
			"레이스에는 시침핀과 인내심, 그리고 고양이 없는 바닥이 필요합니다.",
			"왼쪽 소매는 일주일, 오른쪽 소매는 일 년이 걸렸어요.",
			"물에 적셔 모양을 잡고 나니 덩어리가 {thing|이} 되었습니다.",
			"이제 손이 무늬를 외워서 눈은 창밖을 볼 수 있어요.",
		},
		blocks: []string{
			"여덟 코 무늬의 반복입니다.\n\n```\n1단: 겉2, 걸기, 모아뜨기, 겉4\n2단: 안뜨기\n3단: 겉3, 걸기, 모아뜨기, 겉3\n4단: 안뜨기\n```",
			"시작하기 전에:\n\n- 게이지 빨기\n- 게이지 재기\n- 게이지 믿기",
			"도안 전체는 [자유롭게](https://example.com/patterns) 쓰세요. 헷갈린 곳이 있으면 알려 주시고요.",
		},
		closings: []string{"치수는 아주 작은 것부터 아주 큰 것까지 알려 드릴 수 있어요.", "아직 아무에게도 보여 줄 수 없는 작업은 무엇인가요?", "용기가 사라지기 전에 두 번째를 시작했습니다.", "벌써 두르고 나갔으니 완성입니다."},
		words:    map[string][]string{"thing": {"가디건", "숄", "모자", "담요", "목도리", "벙어리장갑", "조끼"}},
	}
}
