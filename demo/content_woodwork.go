package demo

func woodwork() topic { return topic{en: woodworkEN(), ko: woodworkKO()} }

func woodworkEN() voice {
	return voice{
		tags:     []string{"woodwork", "furniture", "joinery", "carving", "workshop", "handtools"},
		titles:   []string{"A {thing} from {wood}", "Dovetails, attempt {n}", "Sharpening is the hobby", "{wood} from a fallen tree", "The {thing} that rocked", "Planing at {place}"},
		openings: []string{"{when} I finished a {thing} made of {wood}, and nothing wobbles.", "The storm took down a tree near {place}, and I asked before the chipper came.", "{friend} needs a {thing}, and I needed a reason to buy a chisel.", "I have been cutting the same joint for {n} days.", "There was one good board of {wood} left, too short for everything except a {thing}."},
		details: []string{
			"A sharp plane sings, and a blunt one argues.",
			"I marked everything with a knife, since a pencil line has two sides.",
			"The grain ran out towards the edge, so I turned the board and my plan.",
			"Glue is for confidence; the joint should not need it.",
			"Sanding hides tool marks, and I have decided to like tool marks.",
			"{wood} smells of pepper when it is warm.",
			"I left it to dry under the bed for a year, which is cheaper than a kiln.",
			"Measure once if you can make it fit, twice if somebody else must.",
			"The third coat of oil is the one that makes people touch it.",
			"It took {minutes} minutes to cut and a weekend to find the square.",
		},
		blocks: []string{
			"Cut list:\n\n| part | pieces | mm |\n| --- | --- | --- |\n| legs | 4 | 430 |\n| rails | 4 | 310 |\n| top | 1 | 360 × 360 |",
			"In this order, or you will regret it:\n\n1. flatten one face\n2. square one edge\n3. thickness\n4. only now, length",
			"> Every gap is a sentence about the morning it was cut.",
		},
		closings: []string{"Plans are on paper, and I am happy to scan them.", "How do you keep your chisels from the damp?", "Offcuts by the door at {place}, help yourself.", "It carries my weight, so it carries yours."},
		words: map[string][]string{
			"thing": {"stool", "spoon rack", "small table", "toolbox", "bench", "tea tray", "picture frame"},
			"wood":  {"ash", "cherry", "oak", "walnut", "pear wood", "larch"},
		},
	}
}

func woodworkKO() voice {
	return voice{
		tags:     []string{"목공", "가구", "짜맞춤", "나무공방", "수공구", "나무"},
		titles:   []string{"{wood|으로} 만든 {thing}", "주먹장 {n} 번째 시도", "날을 가는 것이 취미", "쓰러진 {wood|을} 얻어 온 날", "{thing|이} 흔들리지 않기까지", "{place} 공방 일기"},
		openings: []string{"{when} {wood|으로} {thing|을} 완성했는데 하나도 흔들리지 않아요.", "태풍에 {place}의 나무가 쓰러져서 치우기 전에 얻어 왔습니다.", "{friend|이} {thing|을} 부탁했고, 저는 끌을 살 핑계가 필요했어요.", "며칠째 같은 짜맞춤만 자르고 있습니다.", "{wood} 판재가 딱 한 장 남았는데 {thing}에만 맞는 길이였어요."},
		details: []string{
			"잘 갈린 대패는 노래하고 무딘 대패는 따집니다.",
			"연필선에는 양쪽이 있어서 이제는 칼금으로 표시해요.",
			"나뭇결이 가장자리로 빠져서 판을 돌리고 계획도 돌렸습니다.",
			"본드는 마음의 위안이고, 짜임은 본드 없이도 버텨야 해요.",
			"사포는 도구 자국을 지우는데 저는 그 자국을 좋아하기로 했습니다.",
			"{wood|은} 따뜻해지면 은은한 후추 냄새가 나요.",
			"침대 밑에서 일 년을 말렸습니다. 건조기보다 싸거든요.",
			"오일을 세 번째 바르면 사람들이 손을 대기 시작해요.",
			"자르는 데 {minutes} 분, 직각자를 찾는 데 주말이 걸렸습니다.",
			"톱밥을 쓸면서 오늘 한 일을 다시 생각하는 시간이 좋아요.",
		},
		blocks: []string{
			"재단표입니다.\n\n| 부재 | 개수 | mm |\n| --- | --- | --- |\n| 다리 | 4 | 430 |\n| 가로대 | 4 | 310 |\n| 상판 | 1 | 360 × 360 |",
			"순서를 지키지 않으면 후회합니다.\n\n1. 한 면을 평평하게\n2. 한 모서리를 직각으로\n3. 두께\n4. 길이는 맨 마지막",
			"> 틈마다 그것을 자르던 아침이 적혀 있다.",
		},
		closings: []string{"도면은 종이에 있는데 원하시면 스캔해 드릴게요.", "장마철에 끌을 어떻게 보관하시나요?", "{place} 공방 문 앞에 자투리 나무가 있으니 가져가세요.", "제가 앉아도 튼튼하니 안심하세요."},
		words: map[string][]string{
			"thing": {"스툴", "수저통", "소반", "공구함", "벤치", "찻상", "액자"},
			"wood":  {"물푸레나무", "벚나무", "참나무", "호두나무", "느티나무", "소나무"},
		},
	}
}
