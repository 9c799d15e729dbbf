package ui

import (
	"math"
	"testing"
)

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#1f6a57", "#1f6a57", 1}} {
		if got, err := contrast(c.a, c.b); err != nil || math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s on %s is %v, %v", c.a, c.b, got, err)
		}
	}
	if _, err := contrast("red", "#ffffff"); err == nil {
		t.Error("a name was read as a colour")
	}
}

func TestEveryTextHasEnoughContrastInLightAndDark(t *testing.T) {
	style, err := files.ReadFile(stylePath)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pairingsOf(coloursOf(string(style)))
	if err != nil || len(all) < 15 {
		t.Fatal(len(all), err)
	}
	for _, p := range all {
		if !p.Enough() {
			t.Errorf("%s on %s: %.2f, in dark %.2f", p.Ink.Name, p.Ground.Name, p.Light, p.Dark)
		}
	}
	for _, g := range tokensOf(string(style)) {
		if len(g.Tokens) < 2 {
			t.Errorf("%s has %v", g.Name, g.Tokens)
		}
	}
}
