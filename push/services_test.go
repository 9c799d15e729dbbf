package push

import (
	"fmt"
	"testing"
	"time"
)

func TestServicesAreTheirDomains(t *testing.T) {
	for endpoint, want := range map[string]string{
		"https://fcm.googleapis.com/fcm/send/abc":        "",
		"https://updates.push.services.mozilla.com/x/gA": "",
		"https://web.push.apple.com./QGx":                "",
		"https://wns2-par02p.NOTIFY.windows.com/w/?t=1":  "",
		"https://evilfcm.googleapis.com.example.org/x":   "example.org",
		"https://googleapis.com/x":                       "googleapis.com", // a suffix itself
		"https://a1.victim.co.kr/x":                      "victim.co.kr",
		"https://b.a2.Victim.co.kr:8443/x":               "victim.co.kr",
		"https://8.8.8.8:444/x":                          "8.8.8.8",
		"https://[2606:4700:4700::1111]/x":               "2606:4700:4700::/64",
		"https://[2606:4700:4700:0:1::2]/x":              "2606:4700:4700::/64",
	} {
		if got := serviceOf(endpoint, Known); got != want {
			t.Errorf("%s is of %q, want %q", endpoint, got, want)
		}
	}
}

func TestAServiceGetsSoManyMessagesAMinute(t *testing.T) {
	p, now := pace{}, time.Now()
	for i := range 3 * sentToService {
		until := p.take("victim.example", now.Add(time.Duration(i)*time.Millisecond))
		if want := i >= sentToService; want != !until.IsZero() || want && !until.Equal(now.Add(paceSpan)) {
			t.Fatalf("message %d waits until %s", i, until)
		}
		if until := p.take("", now); !until.IsZero() {
			t.Fatal("a common browser's waits")
		}
		if until := p.take(fmt.Sprint("other", i, ".example"), now); !until.IsZero() {
			t.Fatal("another's waits")
		}
	}
	if until := p.take("victim.example", now.Add(paceSpan)); !until.IsZero() {
		t.Error("the next minute's waits")
	}
	if until := p.take("victim.example", now.Add(-time.Hour)); !until.IsZero() {
		t.Error("it waits for a clock that was put back")
	}
}
