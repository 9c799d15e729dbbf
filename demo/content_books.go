package demo

func books() topic { return topic{en: booksEN(), ko: booksKO()} }

func booksEN() voice {
	return voice{
		tags:     []string{"books", "bookbinding", "writing", "paper", "letterpress", "zine"},
		titles:   []string{"Binding {thing} in {colour} cloth", "A zine about {subject}", "{n} pages, no plot", "Repairing a loved book", "Setting type at {place}", "The sentence I moved {n} times"},
		openings: []string{"{when} I sewed the last section of {thing} and pressed it under the heaviest dictionary in the house.", "I am writing about {subject}, one page a day and no more.", "{friend} brought me a cookbook held together by string and hope.", "At {place} there is a drawer of old type that nobody has sorted since it was bought.", "We made a zine about {subject} in a single evening, staples included."},
		details: []string{
			"Linen thread, waxed twice, so that it squeaks when you pull it tight.",
			"Paper has a grain, and it will remind you of that for years if you ignore it.",
			"I cut the adverbs first and the second page after that.",
			"Reading it aloud to an empty room found {n} sentences I had only been admiring.",
			"The endpapers are {colour}, which nobody will see and everybody will feel.",
			"Wheat paste smells of breakfast and holds for a century.",
			"A crooked title page is a handshake, so I stopped apologising for mine.",
			"The best line was written on a receipt and very nearly thrown away.",
			"I print {minutes} copies, because that is how many fit into my bag.",
			"Old glue comes off with patience and warm steam, in that order.",
		},
		blocks: []string{
			"For one small notebook:\n\n- eight sheets, folded in fours\n- two boards, 2 mm\n- {colour} cloth\n- thread, needle, an evening",
			"> Write the letter you would like to find in a library book.",
			"A printable template is [over here](https://example.com/zine-template): one sheet, one cut, eight pages.",
		},
		closings: []string{"Copies by post, in exchange for one of yours.", "Which first sentence have you never forgotten?", "It opens flat, which is all I ever wanted from a book.", "Corrections welcome, praise suspicious."},
		words: map[string][]string{
			"thing":   {"a sketchbook", "a ledger", "a small atlas", "a guest book", "a book of recipes", "an empty diary"},
			"subject": {"bus stops", "borrowed umbrellas", "my mother's drawers", "rivers under cities", "the names of winds"},
		},
	}
}

func booksKO() voice {
	return voice{
		tags:     []string{"책", "북바인딩", "글쓰기", "독립출판", "종이", "활판인쇄"},
		titles:   []string{"{colour} 천으로 묶은 {thing}", "{subject}에 대한 작은 책", "줄거리 없는 {n} 쪽", "사랑받은 책을 고치며", "{place}에서 활자를 고르다", "{n} 번 옮긴 문장"},
		openings: []string{"{when} {thing}의 마지막 접장을 꿰매고 집에서 제일 무거운 사전 밑에 눌러 두었어요.", "{subject}에 대해 하루에 딱 한 쪽씩만 쓰고 있습니다.", "{friend|이} 실과 희망으로 겨우 붙어 있는 요리책을 들고 왔어요.", "{place}에는 아무도 정리하지 않은 활자 서랍이 있습니다.", "하룻밤 만에 {subject}에 대한 작은 책을 만들었어요. 스테이플러까지 찍었습니다."},
		details: []string{
			"린넨 실에 밀랍을 두 번 먹이면 당길 때 뽀드득 소리가 나요.",
			"종이에도 결이 있어서 무시하면 몇 년이고 잊지 않고 알려 줍니다.",
			"부사를 먼저 지우고 그다음에 두 번째 쪽을 통째로 지웠어요.",
			"빈방에서 소리 내어 읽으니 혼자 감탄하던 문장 {n} 개가 들통났습니다.",
			"면지는 {colour|으로} 골랐어요. 아무도 보지 않지만 누구나 느낍니다.",
			"풀 냄새는 아침밥 같고 백 년은 거뜬히 버텨요.",
			"조금 삐뚤어진 속표지는 악수 같아서 더는 사과하지 않기로 했습니다.",
			"가장 좋은 문장은 영수증 뒤에 적혀 있었고 하마터면 버릴 뻔했어요.",
			"가방에 들어가는 만큼만 인쇄합니다.",
			"오래된 접착제는 인내심과 따뜻한 김으로 떼어 내요. 순서도 그 순서입니다.",
		},
		blocks: []string{
			"작은 공책 한 권에 필요한 것:\n\n- 네 번 접은 종이 여덟 장\n- 두께 2 mm 판지 두 장\n- {colour} 천\n- 실과 바늘, 그리고 저녁 하나",
			"> 도서관 책 사이에서 발견하고 싶은 편지를 쓴다.",
			"인쇄용 틀은 [여기](https://example.com/zine-template)에 있어요. 종이 한 장, 가위질 한 번, 여덟 쪽입니다.",
		},
		closings: []string{"여러분의 책과 바꿔 드려요. 우편으로 보낼게요.", "잊히지 않는 첫 문장이 있나요?", "활짝 펼쳐지는 책, 제가 바란 건 그것뿐이에요.", "오탈자 제보를 기다립니다. 칭찬은 의심할게요."},
		words: map[string][]string{
			"thing":   {"스케치북", "장부", "작은 지도책", "방명록", "요리 공책", "빈 일기장"},
			"subject": {"버스 정류장", "빌린 우산", "엄마의 서랍", "도시 밑의 강", "바람의 이름"},
		},
	}
}
