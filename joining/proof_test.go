package joining

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func service(now *time.Time) *Service {
	return &Service{Mode: Open, Defence: Always, Now: func() time.Time { return *now }, Key: func() []byte { return []byte("a key") }}
}

// TestAProofIsOfItsChallenge: what was solved proves, until it expires; what was changed in any place doesn't.
func TestAProofIsOfItsChallenge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1_800_000_000, 0)
		s := service(&now)
		zeros := rapid.IntRange(0, 10).Draw(t, "bits")
		proof := Solve(s.NewChallenge(zeros).Challenge, zeros)
		p, ok := s.proved(proof)
		if !ok || p.nonce == "" || p.zeros != zeros || !p.expires.Equal(now.Add(challengeLife)) {
			t.Fatalf("%s doesn't prove", proof)
		}
		body := strings.LastIndex(proof, ".")
		i := rapid.IntRange(0, body-1).Draw(t, "changed")
		changed := proof[:i] + string(rapid.SampledFrom([]byte("0A.z")).Draw(t, "into")) + proof[i+1:]
		if _, ok := s.proved(changed); ok && changed != proof {
			t.Fatalf("%s proves as well as %s", changed, proof)
		}
		now = p.expires
		if _, ok := s.proved(proof); ok {
			t.Fatal("an expired one proves")
		}
	})
}

func TestLeadingZeros(t *testing.T) {
	for want, sum := range map[int][sha256.Size]byte{0: {0x80}, 1: {0x40}, 7: {0x01}, 8: {0, 0xff}, 15: {0, 1}, 256: {}} {
		if got := zeroBits(sum); got != want {
			t.Errorf("%x: %d, want %d", sum[:2], got, want)
		}
	}
}

// FuzzProof: nothing that somebody sends breaks it, or proves without the key.
func FuzzProof(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	s := service(&now)
	good := Solve(s.NewChallenge(4).Challenge, 4)
	for _, seed := range []string{"", "1.....", good, good + ".1", "1.x.9999999999.0.x.0", "1.x.-1.-1.x.0", strings.Repeat(".", 400)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, proof string) {
		if _, ok := s.proved(proof); ok && !strings.HasPrefix(proof, good[:strings.LastIndex(good, ".")]) {
			t.Fatalf("%q proves", proof)
		}
	})
}

func TestTypingTakesTime(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	s := service(&now)
	began := s.Began()
	for after, fast := range map[time.Duration]bool{0: true, time.Second: true, 3 * time.Second: false, time.Hour: false, 25 * time.Hour: true} {
		now = time.Unix(1_800_000_000, 0).Add(after)
		if s.tooFast(began) != fast {
			t.Errorf("after %v: too fast %v", after, !fast)
		}
	}
	for _, forged := range []string{"", "1800000000", "1799999000." + strings.Split(began, ".")[1], began + "x"} {
		if !s.tooFast(forged) {
			t.Errorf("%q passes", forged)
		}
	}
	s.Defence = Off
	if s.CheckForm("", "") != nil || s.CheckForm("http://spam.example", "") == nil {
		t.Error("without a defence time matters, or the trap doesn't")
	}
}

func TestTheListOfThrowawayDomainsIsClean(t *testing.T) {
	seen, n := map[string]bool{}, 0
	for line := range strings.Lines(disposable) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if seen[line] || line != strings.ToLower(line) || !strings.Contains(line, ".") || strings.ContainsAny(line, " @/") {
			t.Errorf("%q is twice there, or no domain", line)
		}
		seen[line] = true
		n++
	}
	if n < 100 {
		t.Error(fmt.Sprint(n, " domains"))
	}
}

func BenchmarkSolve(b *testing.B) {
	now := time.Unix(1_800_000_000, 0)
	s := service(&now)
	for b.Loop() {
		Solve(s.NewChallenge(leastBits).Challenge, leastBits)
	}
}
