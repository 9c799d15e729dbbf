package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// layer says how high a folder stands. It may import what stands lower, and nothing beside it.
var layer = map[string]int{
	"text": 0, "i18n": 0, "config": 0, "durable": 0, "pb_migrations": 0,
	"collections": 1,
	"present":     2,
	"accounts":    3, "audit": 3, "backup": 3, "faults": 3, "experiments": 3, "feed": 3, "jobs": 3, "joining": 3, "limits": 3, "mail": 3, "social": 3, "media": 3, "messages": 3, "metrics": 3, "stats": 3, "takeout": 3, "doctor": 3, "moderation": 3, "notify": 3, "push": 3, "realtime": 3, "openapi": 3, "recommend": 3, "demo": 3, "ui": 3,
	"search":  4, // search/live answers the feed's searches
	"hooks":   5,
	"bench":   5, // besides tests, the large community; its tests use testapp
	"torture": 5, // nothing but tests, and what they make of a disk
	"testapp": 6, ".": 6,
}

// startsMigrations may import pb_migrations, which register themselves.
var startsMigrations = map[string]bool{".": true, "testapp": true}

func TestImportsPointDownwards(t *testing.T) {
	const module = "madang/"
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "tools" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from, _, _ := strings.Cut(filepath.ToSlash(filepath.Dir(path)), "/")
		if _, known := layer[from]; !known {
			t.Errorf("%s: the folder %s has no place in the house", path, from)
		}
		for _, imp := range f.Imports {
			p, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			rest, ours := strings.CutPrefix(p, module)
			if !ours {
				continue
			}
			to, _, _ := strings.Cut(rest, "/")
			switch {
			case to == from:
			case to == "testapp":
				t.Errorf("%s imports testapp, which is for tests alone", path)
			case to == "pb_migrations" && !startsMigrations[from]:
				t.Errorf("%s: %s must not import the migrations", path, from)
			case layer[to] >= layer[from]:
				t.Errorf("%s: %s must not import %s", path, from, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
