package card_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"madang/ui/card"
)

func TestEveryTitleGivesACardOfItsOwn(t *testing.T) {
	painter, err := card.NewPainter()
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]string{}
	for _, title := range []string{
		"", "짧은 제목", "A short one", "😀😀😀", "뷁쀍 가각갂", strings.Repeat("긴제목", 80), strings.Repeat("long ", 40), strings.Repeat("wide", 80),
		"그림을 매일 한 장씩 그린 지 100일째, 손이 먼저 아는 것과 눈이 나중에 배운 것", "\x00\xff <script>",
	} {
		file, err := painter.PNG(card.Card{Title: title, Author: strings.Repeat("이름", 200), Place: "마당"})
		if err != nil {
			t.Fatalf("%q: %v", title, err)
		}
		img, err := png.Decode(bytes.NewReader(file))
		if err != nil || img.Bounds().Dx() != card.Width || img.Bounds().Dy() != card.Height || len(file) > 100_000 {
			t.Errorf("%q: %v, %d bytes, %v", title, img.Bounds(), len(file), err)
		}
		if same, there := drawn[string(file)]; there && title != "😀😀😀" { // which nothing is left of
			t.Errorf("%q is drawn as %q is", title, same)
		}
		drawn[string(file)] = title
	}
}

func BenchmarkCard(b *testing.B) {
	painter, err := card.NewPainter()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := painter.PNG(card.Card{Title: "그림을 매일 한 장씩 그린 지 100일째", Author: "Ada Whitlock", Place: "Madang"}); err != nil {
			b.Fatal(err)
		}
	}
}
