package ui

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	inTemplates = regexp.MustCompile(`[{(\s](t|n) "([^"]+)"`)
	inGo        = regexp.MustCompile(`"([a-z.][a-z0-9_.]*)"`)
)

func TestEveryTextOfAPageIsWrittenAndEveryWrittenOneIsUsed(t *testing.T) {
	raw, err := os.ReadFile("../i18n/ui.en.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, page := range templates(t) {
		for _, found := range inTemplates.FindAllStringSubmatch(page, -1) {
			keys := []string{found[2]}
			if found[1] == "n" {
				keys = []string{found[2] + ".one", found[2] + ".other"}
			}
			for _, key := range keys {
				used[key] = true
				if texts[key] == "" {
					t.Errorf("%q is shown and not written", key)
				}
			}
		}
	}
	literals := goLiterals(t)
	for key := range texts {
		if !used[key] && !saidInGo(key, literals) {
			t.Errorf("%q is written and not shown", key)
		}
	}
}

func templates(t *testing.T) (pages []string) {
	err := fs.WalkDir(files, "site", func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		pages = append(pages, string(raw))
		return err
	})
	if err != nil || len(pages) == 0 {
		t.Fatal("no templates", err)
	}
	return pages
}

// goLiterals are the strings in our code that could be keys, or the beginnings and ends of some.
func goLiterals(t *testing.T) (literals []string) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names = append(names, "../present/notification.go", "../push/push.go", "../mail/letter.go", "../recommend/reason.go", "../recommend/people.go") // speak in the API as on the page
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, found := range inGo.FindAllStringSubmatch(string(raw), -1) {
			literals = append(literals, found[1])
		}
	}
	return literals
}

func saidInGo(key string, literals []string) bool {
	for _, l := range literals {
		switch {
		case l == key, l+".one" == key, l+".other" == key,
			strings.HasSuffix(l, ".") && strings.HasPrefix(key, l),
			strings.HasPrefix(l, ".") && strings.HasSuffix(key, l):
			return true
		}
	}
	return false
}
