// Package i18n speaks Korean and English: which of the two somebody reads, and the words of errors and pages.
// It holds no text of the place's members.
// Start reading at Match; errors.go has the sentences by their codes, ui.*.json those of the pages.
package i18n

import (
	"strings"

	"golang.org/x/text/language"
)

// Lang is a language that the instance speaks.
type Lang string

// The languages. English is what the API says unless asked otherwise.
const (
	English Lang = "en"
	Korean  Lang = "ko"
)

var matcher = language.NewMatcher([]language.Tag{language.English, language.Korean})

// OfLocale is the language of a terminal, such as ko_KR.UTF-8; English for one that says nothing.
func OfLocale(locale string) Lang {
	return Match(strings.NewReplacer("_", "-", ".UTF-8", "").Replace(locale))
}

// Match chooses the language from an Accept-Language header; English without one.
func Match(acceptLanguage string) Lang {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return English
	}
	_, at, confidence := matcher.Match(wanted...)
	if at == 1 && confidence > language.No {
		return Korean
	}
	return English
}
