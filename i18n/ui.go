package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed ui.*.json
var pages embed.FS

// words are the texts of the pages by language and key. A key that a file lacks shows as
// itself; the tests see to it that none does.
var words = sync.OnceValue(func() map[Lang]map[string]string {
	all := map[Lang]map[string]string{}
	for _, lang := range []Lang{English, Korean} {
		texts, err := readTexts(lang)
		if err != nil {
			texts = map[string]string{}
		}
		all[lang] = texts
	}
	return all
})

func readTexts(lang Lang) (map[string]string, error) {
	raw, err := pages.ReadFile("ui." + string(lang) + ".json")
	if err != nil {
		return nil, fmt.Errorf("read the texts of the pages: %w", err)
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, fmt.Errorf("parse ui.%s.json: %w", lang, err)
	}
	return texts, nil
}

// T is the text called key, with {0}, {1}… in it replaced by args.
func T(lang Lang, key string, args ...any) string {
	text, known := words()[lang][key]
	if !known {
		return key
	}
	for i, arg := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(arg))
	}
	return text
}

// N is the text for n things: key.one when n is 1 and the language tells one from many,
// else key.other. {0} in it is n, the args come after.
func N(lang Lang, key string, n int, args ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return T(lang, key+form, append([]any{n}, args...)...)
}
