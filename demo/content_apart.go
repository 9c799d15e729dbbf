package demo

// talk is what two people write to each other, the older first.
type talk struct {
	first, second string
	said          []line
}

// line is a message: of the second person, or of the first.
type line struct {
	ofSecond bool
	text     string
}

// talks are between people who sign in to look around and others; the last message of each is unread.
func talks() []talk {
	return []talk{
		{"ada", "ines", []line{
			{true, "Your drawing of the machine that folds letters made my week. Would you trade it for a mug?"},
			{false, "A mug of yours? In a heartbeat. Ash glaze, if I may choose."},
			{true, "I am firing on Thursday. Small handle or large?"},
			{false, "Large. I drink tea in quantities that worry people."},
			{true, "Then it will be a bucket with a handle. I'll write when the kiln is cool."},
		}},
		{"minji", "haneul", []line{
			{true, "민지 님, 새 앨범 표지 그림을 부탁드려도 될까요? 밤 골목에 고양이가 있으면 좋겠어요."},
			{false, "좋아요! 고양이는 제가 제일 자신 있어요. 언제까지 필요하세요?"},
			{true, "다음 달 중순이요. 노래는 오늘 밤에 먼저 보내 드릴게요."},
			{false, "들으면서 그려 볼게요. 스케치는 일요일에 보여 드리고요."},
			{true, "기대돼요. 천천히 하셔도 괜찮아요!"},
		}},
		{"areum", "yuna", []line{
			{false, "유나 님, 전주 공방에서 하루 수업도 하시나요? 물레를 제대로 배우고 싶어요."},
			{true, "네, 토요일마다 해요. 흙은 넉넉하니 앞치마만 챙겨 오세요."},
			{false, "이번 주 토요일에 갈게요!"},
			{true, "열 시에 문 열어 둘게요. 점심은 같이 먹어요."},
		}},
		{"grace", "oliver", []line{
			{true, "Do your bees mind a loud shed radio? Asking for a neighbour who is me."},
			{false, "They mind drums. Anything with a cello seems to be fine."},
			{true, "Cello it is. Come and see the tomatoes when you are round this way."},
		}},
	}
}

// plan is a post that isn't out yet.
type plan struct {
	author, title, content string
	tags                   []string
	in                     int // days until it comes out; 0 for a draft
}

func plans() []plan {
	return []plan{
		{"ada", "A machine that waters one plant", "Three pulleys, a teaspoon and a snail on a string. The plant is **fine**, thank you for asking.\n\nDrawings of each part follow on Thursday.", []string{"illustration"}, 2},
		{"ada", "Notes on gears", "Why do all my gears turn the same way? Find out before", []string{"illustration"}, 0},
		{"minji", "을지로 간판 산책", "사라지기 전에 그려 둔 간판 열두 개를 모았습니다. 글씨를 쓴 분들께 여쭌 이야기도 함께요.", []string{"일러스트"}, 1},
		{"minji", "고양이 표정 연습", "귀가 기분의 절반이다. 나머지 절반은", []string{"고양이"}, 0},
		{"grace", "First honey of the year", "Four jars, one sting, no regrets. I will bring two of them to the meeting on Sunday.", []string{"gardening"}, 4},
	}
}

// followedTags are who follows which tags.
func followedTags() map[string][]string {
	return map[string][]string{"ada": {"ceramics", "coding"}, "minji": {"고양이", "gardening"}, "grace": {"gardening", "cats"}, "sora": {"ceramics"}}
}
