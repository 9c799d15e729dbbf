package accounts

import (
	"encoding/base32"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"
)

func TestReadCode(t *testing.T) {
	for typed, want := range map[string]struct {
		code string
		kind codeKind
	}{
		"123456":                            {"123456", appCode},
		" 123 456\n":                        {"123456", appCode},
		"123-456":                           {"123456", appCode},
		"１２３４５６":                            {"123456", appCode}, // a Korean keyboard's full width
		"12345":                             {"", noCode},
		"1234567":                           {"", noCode},
		"١٢٣٤٥٦":                            {"", noCode},
		"12345o":                            {"", noCode}, // not read as 0 in a code of digits
		"":                                  {"", noCode},
		"abcd-efgh-jkmn-pqrs":               {"abcdefghjkmnpqrs", recoveryCode},
		"ABCD EFGH JKMN PQRS":               {"abcdefghjkmnpqrs", recoveryCode},
		"oOiI-lLgh-jkmn-pqrs":               {"001111ghjkmnpqrs", recoveryCode},
		"0123-4567-8901-2345":               {"0123456789012345", recoveryCode},
		"abcd-efgh-jkmn-pqru":               {"", noCode},
		"abcd-efgh-jkmn-pqr":                {"", noCode},
		strings.Repeat("1", 300):            {"", noCode},
		strings.Repeat(" ", 300) + "123456": {"", noCode},
	} {
		if code, kind := readCode(typed); code != want.code || kind != want.kind {
			t.Errorf("readCode(%.40q) = %q, %d; want %q, %d", typed, code, kind, want.code, want.kind)
		}
	}
}

func FuzzReadCode(f *testing.F) {
	for _, seed := range []string{"123456", "123 456", "abcd-efgh-jkmn-pqrs", "１２３４５６", "\xff\xfe", "ﬀﬀ", strings.Repeat("-", 201)} {
		f.Add(seed)
	}
	app, recovery := regexp.MustCompile(`^[0-9]{6}$`), regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{16}$`)
	f.Fuzz(func(t *testing.T, typed string) {
		code, kind := readCode(typed)
		switch {
		case kind == noCode && code != "", kind == appCode && !app.MatchString(code), kind == recoveryCode && !recovery.MatchString(code):
			t.Fatalf("readCode(%q) = %q, %d", typed, code, kind)
		}
		if again, same := readCode(code); kind != noCode && (again != code || same != kind) {
			t.Fatalf("reading %q again: %q, %d", code, again, same)
		}
	})
}

func TestRecoveryCodesAreOfTheirAlphabet(t *testing.T) {
	if len(recoveryAlphabet) != 32 {
		t.Fatalf("%d letters", len(recoveryAlphabet)) // a byte's rest by 32 is even
	}
	for range 100 {
		plain := newRecoveryCode()
		if code, kind := readCode(plain); code != plain || kind != recoveryCode {
			t.Fatalf("%q is read as %q", plain, code)
		}
	}
}

// TestMatchStep against the examples of RFC 6238, appendix B (SHA-1, their last six digits).
func TestMatchStep(t *testing.T) {
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		for offset := max(-2, -at/30); offset <= 2; offset++ { // not before 1970
			step, good, err := matchStep(secret, code, time.Unix(at+30*offset, 0))
			if want := offset >= -1 && offset <= 1; err != nil || good != want || good && step != at/30 {
				t.Errorf("%s of %d, %d steps off: %d %v %v", code, at, offset, step, good, err)
			}
		}
	}
	if _, _, err := matchStep("not base 32!", "123456", time.Unix(59, 0)); err == nil {
		t.Error("a broken secret is no error")
	}
}

func TestNewKey(t *testing.T) {
	for place, issuer := range map[string]string{"마당": "마당", "": "Madang", " : ": "Madang", "A: B": "A  B"} {
		key, err := newKey(place, "ada", nil)
		if err != nil || key.Issuer() != issuer || key.AccountName() != "ada" || len(key.Secret()) != 32 || key.Period() != 30 {
			t.Errorf("%q: %v, %v", place, key, err)
		}
	}
}

// TestTheQRCodeIsDrawnWhole: the path's squares are the code's, moved by the quiet zone.
func TestTheQRCodeIsDrawnWhole(t *testing.T) {
	const content = "otpauth://totp/Madang:ada?algorithm=SHA1&digits=6&issuer=Madang&period=30&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	svg, err := qrSVG(content)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[[2]int]bool{}
	for _, run := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(svg, -1) {
		var n [4]int
		for i := range n {
			if n[i], err = strconv.Atoi(run[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		for x := n[0]; x < n[0]+n[2] && n[2] == n[3]; x++ {
			drawn[[2]int{x - 4, n[1] - 4}] = true
		}
	}
	dark, size := 0, code.Bounds().Dx()
	for y := range size {
		for x := range size {
			is := code.At(x, y) == color.Black
			if is {
				dark++
			}
			if drawn[[2]int{x, y}] != is {
				t.Fatalf("the square at %d, %d", x, y)
			}
		}
	}
	if len(drawn) != dark || dark == 0 || strings.Contains(svg, "JBSW") || strings.Contains(svg, "style") {
		t.Errorf("%d squares, want %d: %.200s", len(drawn), dark, svg)
	}
	if _, err := qrSVG(strings.Repeat("x", 5000)); err == nil {
		t.Error("too much for a QR code is no error")
	}
}
