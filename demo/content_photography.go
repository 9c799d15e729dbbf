package demo

func photography() topic { return topic{en: photographyEN(), ko: photographyKO()} }

func photographyEN() voice {
	return voice{
		tags:     []string{"photography", "filmphoto", "street", "darkroom", "portrait", "light"},
		titles:   []string{"One roll at {place}", "{subject}, in bad light", "{n} frames I kept", "Asking first", "The {camera} still works", "Printing {subject} by hand"},
		openings: []string{"{when} I walked to {place} with one roll and came back with {n} good frames.", "The {camera} has no meter, so I guessed, and the guesses are getting {mood}.", "{friend} asked me to photograph {subject} before it is gone.", "I developed the roll from {place} in the bathroom, as usual in the dark and in a hurry.", "For a month I only photographed {subject}."},
		details: []string{
			"The light under the bridge is good for about {minutes} minutes a day.",
			"I ask first, and the second picture, after the laugh, is always the one.",
			"Grain is what patience looks like when it is enlarged.",
			"I keep the horizon straight so that the people can lean.",
			"One lens means that your feet do the zooming.",
			"The contact sheet shows exactly where I lost my nerve.",
			"Nobody looks at you twice if your camera is older than they are.",
			"Rain makes every street a studio with a second floor.",
			"I printed it a stop darker, and the wall came back.",
			"A picture of a door is a picture of whoever painted it {colour}.",
		},
		blocks: []string{
			"Bag, today:\n\n- {camera}\n- two rolls of 400\n- a cloth, a pencil, a banana\n- the phone, switched off",
			"Recipe for the negatives:\n\n1. developer, 20 °C, {n} minutes\n2. stop, half a minute\n3. fix, until you have finished your tea\n4. wash, and do not touch",
			"> Stand where it is uncomfortable, then wait until it is not.",
		},
		closings: []string{"Prints go to anyone who finds themselves in one.", "Which frame would you have left out?", "Next walk is on Saturday from {place}, slow shoes welcome.", "Full size in the post; zoom in on the window."},
		words: map[string][]string{
			"camera":  {"folding camera", "half-frame camera", "twin-lens reflex", "plastic camera", "old rangefinder"},
			"subject": {"shop windows", "the tram depot", "my street at night", "people with umbrellas", "the swimming hall", "hands at work"},
		},
	}
}

func photographyKO() voice {
	return voice{
		tags:     []string{"사진", "사진공유", "필름사진", "골목사진", "암실", "인물사진"},
		titles:   []string{"{place}에서 찍은 필름 한 롤", "사진공유: {subject}", "남긴 사진 {n} 장", "먼저 물어보고 찍기", "{camera|으로} 본 동네", "{subject|을} 손으로 인화하며"},
		openings: []string{"{when} 필름 한 롤을 들고 {place|을} 걸어서 마음에 드는 사진 {n} 장을 얻었어요.", "{camera|은} 노출계가 없어서 눈대중으로 찍는데 점점 잘 맞습니다.", "없어지기 전에 {subject|을} 찍어 달라고 {friend|이} 부탁했어요.", "오랜만에 사진공유 게시물을 올립니다. {place}의 요즘 모습이에요.", "한 달 동안 오직 {subject}만 사진에 담았습니다."},
		details: []string{
			"다리 밑의 빛은 하루에 {minutes} 분만 좋아요.",
			"먼저 여쭤보고, 웃음이 지나간 다음의 두 번째 사진이 늘 제일 좋습니다.",
			"입자는 기다림을 크게 확대한 모습이에요.",
			"수평을 똑바로 맞춰 두면 사람들이 마음껏 기울어도 됩니다.",
			"렌즈가 하나뿐이라 발로 다가가고 발로 물러나요.",
			"밀착 인화지를 보면 어디서 용기를 잃었는지 그대로 보입니다.",
			"비가 오면 골목 전체가 이층짜리 스튜디오가 돼요.",
			"한 단계 어둡게 인화했더니 사라졌던 벽이 돌아왔습니다.",
			"{colour} 대문을 찍는 건 그 문을 칠한 사람을 찍는 일이에요.",
			"찍은 사진을 동네 어르신들과 공유했더니 옛날 이야기가 쏟아졌습니다.",
		},
		blocks: []string{
			"오늘의 가방:\n\n- {camera}\n- 감도 400 필름 두 롤\n- 융, 연필, 바나나\n- 꺼 둔 휴대전화",
			"현상 기록입니다.\n\n1. 현상액 20도, 일곱 분\n2. 정지 삼십 초\n3. 정착, 차 한 잔 마실 동안\n4. 수세, 절대 만지지 않기",
			"> 불편한 자리에 서서 편해질 때까지 기다린다.",
		},
		closings: []string{"사진 속에서 자신을 찾으신 분께는 인화해서 드릴게요.", "어떤 사진을 빼는 게 좋을까요?", "토요일에 {place}에서 같이 걸어요. 느린 걸음 환영합니다.", "원본 크기로 공유하니 창문을 확대해 보세요."},
		words: map[string][]string{
			"camera":  {"하프 카메라", "이안 리플렉스", "일회용 카메라", "낡은 거리계 카메라", "폴딩 카메라"},
			"subject": {"오래된 간판", "차고지", "밤 골목", "우산 쓴 사람들", "목욕탕 굴뚝", "일하는 손"},
		},
	}
}
