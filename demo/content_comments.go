package demo

// Comments returns replies that fit under any post, 46 Korean and 46 English, in a fixed order,
// each at most 200 characters.
func Comments() []string {
	return append(koreanComments(), englishComments()...)
}

func koreanComments() []string {
	return []string{
		"와, 이건 정말 오래 들여다보게 되네요.", "색이 너무 좋아요. 어떤 걸 쓰셨어요?", "저도 내일 당장 해 봐야겠어요!",
		"마지막 문장에서 웃었습니다.", "과정까지 공유해 주셔서 고맙습니다.", "혹시 사진 더 볼 수 있을까요?",
		"고양이가 나오면 무조건 좋아요를 누릅니다.", "저도 똑같은 실수를 했어요. 위로가 되네요.", "다음 글도 기다릴게요.",
		"소리가 참 따뜻해요.", "집중해서 세 번 읽었습니다.", "이 방법은 처음 알았어요. 감사합니다!",
		"할머니 생각이 났어요.", "주말에 가족과 함께 따라 해 볼게요.", "디테일이 살아 있네요.",
		"오늘 본 것 중에 제일 좋아요.", "저는 반대로 했는데 이쪽이 훨씬 낫네요.", "재료는 어디서 구하셨나요?",
		"조명은 따로 쓰신 건가요?", "초보자도 따라 할 수 있을까요?", "천천히 만든 티가 나서 좋습니다.",
		"이 동네 저도 알아요! 반갑습니다.", "전시하시면 꼭 알려 주세요.", "응원합니다. 계속 올려 주세요.",
		"첫 번째보다 두 번째가 마음에 들어요.", "우리 집 고양이도 똑같아요.", "빗소리랑 같이 들으니 더 좋네요.",
		"이런 글 덕분에 여기 들어옵니다.", "저장해 두고 두고두고 볼게요.", "설명이 친절해서 이해가 쏙쏙 됐어요.",
		"실패한 이야기도 궁금해요.", "어떻게 이런 생각을 하셨지?", "손이 정말 야무지시네요.",
		"저는 조금 더 밝은 쪽이 좋을 것 같아요.", "질문 하나만요. 시간은 얼마나 걸렸어요?", "도안 공유 감사합니다. 잘 쓸게요!",
		"ㅋㅋㅋ 공감합니다.", "댓글 처음 남겨 봐요. 너무 좋아서요.", "저장소 주소도 알려 주실 수 있나요?",
		"보기만 해도 배가 고파지네요.", "다음에는 같이 걸어요!", "사진공유 모임에 소개해도 될까요?",
		"잔잔하게 오래 남는 글이에요.", "덕분에 저도 다시 시작했습니다.", "세상에, 이게 손으로 한 거라고요?", "축하드려요! 드디어 완성하셨군요.",
	}
}

func englishComments() []string {
	return []string{
		"I looked at this for far too long. Lovely.", "What did you use for the colour?", "Trying this tomorrow, wish me luck.",
		"The last line got me.", "Thank you for showing the ugly middle as well.", "More pictures, please!",
		"I press like for every cat, but this one has earned it.", "Same mistake, same week. I feel seen.", "Looking forward to the next one.",
		"That sound is so warm.", "Read it three times, found something new each time.", "I had no idea this was possible. Thanks!",
		"This reminds me of my grandmother's kitchen.", "We are doing this with the kids on Sunday.", "It's the small things, isn't it?",
		"Best thing in my feed today.", "I always did it the other way round. Yours is better.", "Where do you find your materials?",
		"Is that natural light?", "Would you say that this works for beginners?", "You can tell it was made slowly.",
		"I know that street! Say hello to the bakery.", "Please tell us when you exhibit.", "Keep going, this is getting really good.",
		"Second version for me, no question.", "Ours does exactly the same, every morning at five.", "Goes very well with rain.",
		"Posts like this are why I come here.", "Saved for winter.", "Clear explanation, thank you.",
		"I'd love to hear about the failed ones too.", "How does one even think of that?", "Steady hands!",
		"I'd go a shade lighter, but that's taste.", "One question: how long did it take?", "Used your template, it fits perfectly.",
		"Ha, yes. All of this.", "Long-time reader, first comment. Beautiful.", "Is the source anywhere?",
		"Now I'm hungry.", "Count me in for Saturday.", "May I share this with my class?",
		"Quiet and strong.", "You made me pick it up again after ten years.", "Wait, by hand? All of it?", "Congratulations on finishing!",
	}
}
