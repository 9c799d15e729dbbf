package text_test

import (
	"testing"

	"madang/text"
)

func TestDevicesAreCalledAsPeopleCallThem(t *testing.T) {
	for agent, want := range map[string][2]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":                 {"Edge", "Windows"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1":       {"Safari", "iPhone"},
		"Mozilla/5.0 (Linux; Android 14; SM-S928N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36":    {"Samsung Internet", "Android"},
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0 Mobile Safari/537.36 KAKAOTALK/25.8.0 (INAPP)": {"KakaoTalk", "Android"},
		"Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0":                                                                        {"Firefox", "Linux"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Whale/4.33.325.17 Safari/537.36":       {"Whale", "Mac"},
		"curl/8.5.0": {"curl", ""}, "Sprig/1.2 (+https://evil.example)": {"", ""}, "": {"", ""},
	} {
		if program, system := text.Device(agent); program != want[0] || system != want[1] {
			t.Errorf("%q is %q on %q, want %q", agent, program, system, want)
		}
	}
}
