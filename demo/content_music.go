package demo

func music() topic { return topic{en: musicEN(), ko: musicKO()} }

func musicEN() voice {
	return voice{
		tags:     []string{"music", "songwriting", "recording", "synth", "folk", "practice"},
		titles:   []string{"How practice became {subject}", "Four bars, {n} evenings", "Recording {instrument} in a wardrobe", "The chord I kept avoiding", "{instrument}, one month in", "Loops made of {place}"},
		openings: []string{"{when} a melody arrived while I was doing the dishes, and for once I wrote it down.", "This started as an exercise on {instrument} and ended as {subject}.", "I recorded {place} for {minutes} minutes and found a rhythm in it.", "{friend} hummed something over the phone, and I have been chasing it since.", "After a month with {instrument} my fingers finally stopped arguing."},
		details: []string{
			"The whole thing sits on two chords, and the second one is late on purpose.",
			"I tuned down a half step, which made the room sound older.",
			"There is a kettle in the left channel if you listen for it.",
			"Playing it slower than I could bear was what fixed the timing.",
			"The bass only enters after the first silence, so that you notice the silence.",
			"I kept the first take, including the chair.",
			"A metronome is a {mood} friend: it never gets tired and never lies.",
			"The bridge borrows one note from another key and gives it back at once.",
			"I wrote {n} verses and sang two.",
			"Mixing on tiny speakers told me that the melody was the only thing anybody would hear.",
		},
		blocks: []string{
			"The structure, if you want to play along:\n\n- intro: four bars, {instrument} alone\n- verse: Am, F, C, G\n- bridge: F, E, and wait\n- out: until it feels rude",
			"> Practise it until you are bored, then until you are not.",
			"Stems and a hand-written score are [here](https://example.com/stems); do whatever you like with them.",
		},
		closings: []string{"Remixes are welcome, lullabies even more so.", "What would you put in the gap at one minute ten?", "If you play {instrument}, please tell me what my left hand is doing wrong.", "Headphones help; so does rain."},
		words: map[string][]string{
			"instrument": {"the concertina", "an old upright piano", "a borrowed fiddle", "the kalimba", "a small modular synth", "a nylon-string guitar"},
			"subject":    {"a lullaby for grown-ups", "a slow waltz", "a song about moving house", "train music", "something for the end of summer"},
		},
	}
}

func musicKO() voice {
	return voice{
		tags:     []string{"음악", "작곡", "자작곡", "녹음", "기타연습", "연주"},
		titles:   []string{"{subject|이} 된 연습곡", "네 마디와 {n} 번의 밤", "옷장에서 {instrument} 녹음하기", "피해 다니던 코드 하나", "{instrument}, 한 달째", "{place}의 소리로 만든 곡"},
		openings: []string{"{when} 설거지를 하다가 멜로디가 떠올라서 이번에는 바로 적어 두었어요.", "{instrument} 연습으로 시작한 것이 {subject|이} 되었습니다.", "{place}에서 {minutes} 분 동안 소리를 녹음했더니 그 안에 리듬이 있었어요.", "{friend|이} 전화로 흥얼거린 가락을 며칠째 쫓고 있습니다.", "{instrument|을} 시작한 지 한 달, 드디어 손가락이 말을 듣기 시작했어요."},
		details: []string{
			"코드는 단 두 개인데 두 번째 코드가 일부러 늦게 들어옵니다.",
			"반음 낮춰 조율하니 방 전체가 오래된 소리를 내요.",
			"잘 들어 보시면 왼쪽에서 주전자 끓는 소리가 납니다.",
			"견디기 힘들 만큼 느리게 연습한 다음에야 박자가 맞았어요.",
			"첫 침묵이 지나간 뒤에 베이스가 들어와서 그 침묵이 더 잘 들립니다.",
			"의자 삐걱이는 소리까지 첫 녹음을 그대로 살렸어요.",
			"메트로놈은 {mood} 친구 같아요. 지치지도 않고 거짓말도 하지 않습니다.",
			"후렴은 다른 조에서 음 하나를 빌려 왔다가 바로 돌려줍니다.",
			"가사를 {n} 절이나 썼지만 부른 건 두 절뿐이에요.",
			"작은 스피커로 들어 보니 결국 남는 건 멜로디 하나였습니다.",
		},
		blocks: []string{
			"같이 연주하실 분을 위한 구성입니다.\n\n- 전주: 네 마디, {instrument} 혼자\n- 절: Am, F, C, G\n- 다리: F, E, 그리고 기다림\n- 끝: 미안해질 때까지",
			"> 지루해질 때까지 연습하고, 지루하지 않을 때까지 또 연습한다.",
			"악보와 트랙은 [여기](https://example.com/stems)에 있어요. 마음껏 쓰셔도 됩니다.",
		},
		closings: []string{"편곡도 좋고 자장가 버전은 더 좋아요.", "일 분 십 초의 빈자리에 무엇을 넣으면 좋을까요?", "{instrument} 하시는 분, 제 왼손 좀 봐 주세요.", "비 오는 날 들으면 더 잘 어울립니다."},
		words: map[string][]string{
			"instrument": {"가야금", "업라이트 피아노", "통기타", "칼림바", "해금", "작은 신시사이저"},
			"subject":    {"어른을 위한 자장가", "느린 왈츠", "이사하는 날의 노래", "기차 음악", "여름의 끝"},
		},
	}
}
