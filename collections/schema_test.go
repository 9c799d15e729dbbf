package collections_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pocketbase/pocketbase/core"

	"madang/testapp"
)

var update = flag.Bool("update", false, "rewrite schema.txt")

// TestSchema holds schema.txt to the migrations: its diff is what a reviewer reads.
func TestSchema(t *testing.T) {
	app := testapp.Empty(t)
	all, err := app.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("The whole schema. Made by `make schema`; a test holds it to the migrations.\n\n")
	for _, c := range all {
		if !c.System {
			describe(t, app, &b, c)
		}
	}
	describePlainTables(t, app, &b)
	const path = "schema.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("schema.txt differs from the migrations; run `make schema` and read the diff\n%s", diff)
	}
}

func describe(t *testing.T, app core.App, b *strings.Builder, c *core.Collection) {
	fmt.Fprintf(b, "%s (%s)\n", c.Name, c.Type)
	for _, r := range []struct {
		name string
		rule *string
	}{{"list", c.ListRule}, {"view", c.ViewRule}, {"create", c.CreateRule}, {"update", c.UpdateRule}, {"delete", c.DeleteRule}} {
		fmt.Fprintf(b, "  %-7s %s\n", r.name, ruleText(r.rule))
	}
	for _, f := range c.Fields {
		fmt.Fprintf(b, "  . %s\n", fieldText(t, app, f))
	}
	for _, i := range c.Indexes {
		fmt.Fprintf(b, "  # %s\n", i)
	}
	b.WriteString("\n")
}

func ruleText(r *string) string {
	switch {
	case r == nil:
		return "nobody"
	case *r == "":
		return "everybody"
	}
	return *r
}

func fieldText(t *testing.T, app core.App, f core.Field) string {
	text := f.GetName() + " " + f.Type()
	switch x := f.(type) {
	case *core.RelationField:
		to, err := app.FindCollectionByNameOrId(x.CollectionId)
		if err != nil {
			t.Fatal(err)
		}
		text += " -> " + to.Name
		if x.CascadeDelete {
			text += ", deleted with it"
		}
		if x.Required {
			text += ", required"
		}
	case *core.TextField:
		text += bounds(x.Min, x.Max) + mark(x.Required, "required") + mark(x.Pattern != "", x.Pattern)
	case *core.SelectField:
		text += " of " + strings.Join(x.Values, "|") + mark(x.Required, "required")
	case *core.FileField:
		text += fmt.Sprintf(" ≤ %d MB", x.MaxSize>>20) + mark(x.Required, "required") + mark(x.Protected, "protected")
	case *core.EmailField:
		text += mark(x.Required, "required")
	case *core.AutodateField:
		text += mark(x.OnUpdate, "on update too")
	}
	return text + mark(f.GetHidden(), "hidden")
}

func bounds(low, high int) string {
	if low == 0 && high == 0 {
		return ""
	}
	return fmt.Sprintf(" %d–%d", low, high)
}

func mark(is bool, text string) string {
	if !is {
		return ""
	}
	return ", " + text
}

func describePlainTables(t *testing.T, app core.App, b *strings.Builder) {
	var rows []struct {
		SQL string `db:"sql"`
	}
	err := app.DB().NewQuery(`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND
		tbl_name NOT LIKE '\_%' ESCAPE '\' AND tbl_name NOT LIKE 'sqlite\_%' ESCAPE '\' AND tbl_name NOT IN (SELECT name FROM _collections) ORDER BY tbl_name, name`).All(&rows)
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString("plain tables\n")
	for _, r := range rows {
		fmt.Fprintf(b, "  %s\n", strings.Join(strings.Fields(r.SQL), " "))
	}
}
