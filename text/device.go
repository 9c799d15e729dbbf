package text

import "strings"

// A mark is what a User-Agent says of a program or a system. Of several the first counts, since
// most browsers also call themselves those that were there before them.
type mark struct{ in, name string }

var (
	programs = []mark{
		{"KAKAOTALK", "KakaoTalk"}, {"NAVER(", "Naver"}, {"Whale/", "Whale"}, {"SamsungBrowser/", "Samsung Internet"}, {"Edg", "Edge"}, {"OPR/", "Opera"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"},
	}
	systems = []mark{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"Linux", "Linux"},
	}
)

// Device is the program and the system that a User-Agent is of, as people call them; "" for what
// isn't known. Nothing in it is of the sender's own wording.
func Device(userAgent string) (program, system string) {
	return firstOf(programs, userAgent), firstOf(systems, userAgent)
}

func firstOf(marks []mark, userAgent string) string {
	for _, m := range marks {
		if strings.Contains(userAgent, m.in) {
			return m.name
		}
	}
	return ""
}
