package demo

// Person is somebody who lives in the demo. Username is unique and lower-case, Bio at most 500
// characters, Locale "ko" or "en", Role one of member, premium, creator, moderator and admin.
type Person struct {
	Username string
	Name     string
	Bio      string
	Locale   string
	Role     string

	writes []string // the topics of their posts, by the topic's English tag
}

// People returns the 30 people. The first four – ada, bob, minji and junho – are the ones that
// tests and pages speak of; sora is the moderator and grace the admin.
func People() []Person {
	return []Person{
		{"ada", "Ada Whitlock", "Draws small machines that could not work, and writes software that mostly does. Tea, trains, graph paper.", English, "creator", []string{"illustration", "coding"}},
		{"bob", "Bob Marsh", "Carpenter by day, film nerd by night. Ask me about joints without glue.", English, "member", []string{"woodwork", "film"}},
		{"minji", "김민지", "그림 그리는 사람. 동네 고양이와 오래된 간판을 좋아합니다. 의뢰는 메시지로 주세요.", Korean, "creator", []string{"illustration", "cats"}},
		{"junho", "박준호", "필름 카메라를 메고 골목을 걷습니다. 사진공유 환영!", Korean, "member", []string{"photography", "film"}},
		{"sora", "이소라", "마당의 운영을 돕고 있어요. 틈틈이 물레를 돌립니다.", Korean, "moderator", []string{"ceramics", "gardening"}},
		{"grace", "Grace Okafor", "I keep the lights on here. On Sundays I keep bees.", English, "admin", []string{"gardening", "coding"}},
		{"haneul", "최하늘", "작곡과 편곡, 그리고 밤 산책. 악보는 언제나 나눕니다.", Korean, "creator", []string{"music", "cats"}},
		{"theo", "Theo Lindqvist", "Field recordings from the north. If it hums, I have stood next to it.", English, "creator", []string{"music", "film"}},
		{"yuna", "정유나", "흙을 만지면 마음이 조용해져요. 전주에서 작은 공방을 합니다.", Korean, "creator", []string{"ceramics", "cooking"}},
		{"priya", "Priya Raman", "Cooking my way through my grandmother's notebook, one unreadable page at a time.", English, "premium", []string{"cooking", "books"}},
		{"dohyun", "강도현", "백엔드 개발자. 주말에는 나무를 깎습니다.", Korean, "member", []string{"coding", "woodwork"}},
		{"mateo", "Mateo Ríos", "Short films about ordinary work. Currently: a baker, a bridge keeper.", English, "creator", []string{"film", "photography"}},
		{"seoyeon", "윤서연", "뜨개질하는 물리학도. 도안은 전부 공개해요.", Korean, "premium", []string{"knitting", "coding"}},
		{"ines", "Inês Carvalho", "Potter in a town of potters. Ash glazes, honest mugs.", English, "creator", []string{"ceramics", "cooking"}},
		{"jiwoo", "한지우", "베란다 텃밭 3년 차, 토마토와 아직 협상 중.", Korean, "member", []string{"gardening", "cooking", "cats"}},
		{"oliver", "Oliver Penrose", "Gardener, slow reader, keeper of a very loud shed radio.", English, "member", []string{"gardening", "books", "music"}},
		{"eunbi", "오은비", "요리하고 기록합니다. 할머니의 손맛을 글로 옮기는 중이에요.", Korean, "premium", []string{"cooking", "books"}},
		{"nadia", "Nadia Haddad", "Bookbinder. I repair what was loved too hard.", English, "member", []string{"books", "knitting"}},
		{"taeyang", "서태양", "다큐멘터리를 찍습니다. 말보다 손을 오래 봅니다.", Korean, "creator", []string{"film", "music"}},
		{"finn", "Finn Gallagher", "Fiddle, tin whistle, and a synthesizer my family regrets.", English, "member", []string{"music", "woodwork"}},
		{"hyerin", "문혜린", "고양이 셋과 사는 일러스트레이터. 셋 다 마감을 모릅니다.", Korean, "creator", []string{"cats", "illustration"}},
		{"amara", "Amara Diallo", "Street photographer. I ask first, and print afterwards.", English, "premium", []string{"photography", "film"}},
		{"siwoo", "임시우", "코드로 그림을 그려요. 무작위를 사랑하지만 씨앗은 적어 둡니다.", Korean, "member", []string{"coding", "illustration"}},
		{"lena", "Lena Vogt", "Knits in meetings. Has stopped apologising for it.", English, "member", []string{"knitting", "cats"}},
		{"daeun", "배다은", "손으로 책을 묶습니다. 을지로 종이 가게가 제 놀이터예요.", Korean, "member", []string{"books", "photography"}},
		{"kofi", "Kofi Mensah", "Furniture from fallen trees only. Long waits, straight grain.", English, "creator", []string{"woodwork", "ceramics"}},
		{"jaemin", "조재민", "동네 빵집 새벽반. 반죽이 쉬는 동안 기타를 칩니다.", Korean, "member", []string{"cooking", "music", "knitting"}},
		{"ruth", "Ruth Abelson", "Retired teacher, new illustrator. It is never too late for watercolour.", English, "member", []string{"illustration", "gardening"}},
		{"areum", "신아름", "정원사이자 식물 그림 작가. 사계절을 종이에 심습니다.", Korean, "premium", []string{"gardening", "illustration", "knitting"}},
		{"kai", "Kai Nakamura", "Rescues old cameras, cats and Perl scripts, in that order.", English, "member", []string{"photography", "cats", "coding"}},
	}
}
