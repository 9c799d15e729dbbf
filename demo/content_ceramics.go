package demo

func ceramics() topic { return topic{en: ceramicsEN(), ko: ceramicsKO()} }

func ceramicsEN() voice {
	return voice{
		tags:     []string{"ceramics", "pottery", "glaze", "kiln", "clay", "handmade"},
		titles:   []string{"Opening the kiln: {n} {pot}", "A {colour} glaze that finally ran right", "Learning to throw a {piece}", "Cracks, and what they said", "Ash from {place}", "The mug that nobody dropped"},
		openings: []string{"{when} I opened the kiln with one eye closed.", "I have thrown nothing but one {piece} after another for a month.", "The {colour} glaze came out of a jar of ash from {place}.", "{friend} asked for a {piece} that fits one particular hand.", "Of {n} {pot} on the shelf, four are worth keeping, and this one I will not sell."},
		details: []string{
			"Clay remembers being bent, even when you have straightened it.",
			"I wedge everything twice now, since air has a way of waiting until the firing.",
			"The foot is trimmed thinner than it looks, so it rings when you tap it.",
			"Slow drying under a cloth saved the handles.",
			"A thick coat turned {colour}, a thin one went brown and matt.",
			"The kiln cooled for two days, and I walked past it about {n} hundred times.",
			"Centering stopped being a fight when I leaned in with my hip.",
			"One pinhole per pot is a signature, ten are a recipe problem.",
			"The lip decides whether you want to drink from it, and nobody ever mentions the lip.",
			"I write the weight of the clay on every board; memory is not a tool.",
		},
		blocks: []string{
			"The glaze, by weight:\n\n| part | share |\n| --- | --- |\n| wood ash | 40 |\n| feldspar | 40 |\n| ball clay | 20 |",
			"Firing notes:\n\n1. slow to 600 °C, lid ajar\n2. steady to cone 9\n3. hold for {minutes} minutes\n4. hands off until it is cold",
			"> The kiln has the last word, and it does not explain itself.",
		},
		closings: []string{"Seconds go to the market on Saturday, for the price of the clay.", "If your {colour} turns brown too, tell me your kiln's secrets.", "Which handle would you pick up first?", "Back to the wheel; the next bag is open already."},
		words: map[string][]string{
			"pot":   {"bowls", "cups", "small jars", "plates", "teapots"},
			"piece": {"teabowl", "lidded jar", "wide bowl", "plain mug", "bottle"},
		},
	}
}

func ceramicsKO() voice {
	return voice{
		tags:     []string{"도예", "도자기", "물레", "유약", "가마", "공방일기"},
		titles:   []string{"가마 여는 날, {piece} {n} 점", "드디어 제대로 흐른 {colour} 유약", "{piece} 빚는 법을 배우며", "금이 간 자리에서 배운 것", "{place} 흙으로 만든 그릇", "손에 맞는 {piece}"},
		openings: []string{"{when} 한쪽 눈을 감고 가마를 열었습니다.", "한 달 내내 {piece}만 빚고 있어요.", "{place}에서 가져온 재로 {colour} 유약을 만들었습니다.", "{friend|이} 자기 손에 꼭 맞는 {piece|을} 부탁했어요.", "선반 위의 {n} 점 가운데 하나만은 팔지 않기로 했습니다."},
		details: []string{
			"흙은 한 번 휘었던 일을 기억해서 똑바로 펴도 다시 돌아가려고 해요.",
			"꼬막밀기를 두 번씩 합니다. 공기는 꼭 가마 안에서 말썽을 부리거든요.",
			"굽을 보기보다 얇게 깎아서 두드리면 맑은 소리가 나요.",
			"천을 덮어 천천히 말렸더니 손잡이가 하나도 떨어지지 않았습니다.",
			"유약이 두꺼우면 {colour|이} 되고 얇으면 갈색으로 가라앉아요.",
			"가마가 식는 이틀 동안 그 앞을 수십 번은 지나다녔어요.",
			"허리로 기대기 시작하니 중심 잡기가 더는 싸움이 아니게 되었습니다.",
			"입술이 닿는 전의 두께가 다시 쓰고 싶은 그릇을 정해요.",
			"판마다 흙의 무게를 적어 둡니다. 기억은 도구가 아니니까요.",
			"물레 소리를 듣다 보면 {minutes} 분이 금방 지나갑니다.",
		},
		blocks: []string{
			"유약의 비율입니다.\n\n| 재료 | 비율 |\n| --- | --- |\n| 나무재 | 40 |\n| 장석 | 40 |\n| 점토 | 20 |",
			"소성 기록:\n\n1. 육백 도까지 천천히\n2. 콘 9까지 일정하게\n3. {minutes} 분 유지\n4. 식을 때까지 절대 열지 않기",
			"> 마지막 말은 언제나 가마가 한다.",
		},
		closings: []string{"조금 모자란 그릇들은 토요일 장터에 흙값만 받고 내놓을게요.", "{colour} 유약이 자꾸 갈색이 되는 분, 비법을 나눠요.", "여러분은 어떤 손잡이를 먼저 들어 보시겠어요?", "새 흙을 뜯었으니 다시 물레 앞으로 갑니다."},
		words:    map[string][]string{"piece": {"찻사발", "달항아리", "머그잔", "접시", "주전자", "술병"}},
	}
}
