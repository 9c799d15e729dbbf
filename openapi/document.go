package openapi

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

// Options say what the routes and the collections don't.
type Options struct {
	Lang    i18n.Lang
	Version string // of the API; "1.0.0" when empty
	// Settable are the fields of a collection that its people may send when they create a
	// record, or else change one; limited is false where every visible field may be sent.
	Settable func(collection string, creates bool) (fields []string, limited bool)
	// Filled are the required fields of a collection that the server fills in when they are
	// left out, and OwnerOnly its hidden fields that their owner sees.
	Filled, OwnerOnly map[string][]string
}

// builder is a document in the making.
type builder struct {
	shapes
	o    Options
	doc  *Document
	part int // of the tag groups
}

// Build makes the document of the routes and of the collections of app as they are now.
// A route that says too little, or an id given twice, is an error.
func Build(app core.App, routes []Route, o Options) (*Document, error) {
	if err := check(routes); err != nil {
		return nil, err
	}
	doc := &Document{
		OpenAPI: "3.1.1", Servers: []Server{{URL: "/"}},
		Info: Info{Title: app.Settings().Meta.AppName, Version: cmp.Or(o.Version, "1.0.0")},
	}
	b := &builder{doc: doc, o: o, shapes: shapes{
		words: words{o.Lang}, schemas: &doc.Components.Schemas, names: map[shapeKey]string{},
	}}
	doc.Info.Description = b.about()
	doc.Components.SecuritySchemes = map[string]SecurityScheme{bearer: {
		Type: "http", Scheme: "bearer", BearerFormat: "JWT",
		Description: b.say("The access token of `POST /api/auth/login`.", "`POST /api/auth/login`이 준 액세스 토큰"),
	}}
	b.addErrors()

	b.open("Madang")
	for _, r := range routes {
		if op := b.add(r); r.Method == http.MethodGet && !r.SignedIn {
			b.revalidated(op)
		}
	}
	b.open("PocketBase")
	collections, err := app.FindAllCollections()
	if err != nil {
		return nil, fmt.Errorf("find the collections: %w", err)
	}
	native := &native{builder: b}
	native.learn(collections)
	for _, c := range collections {
		if !c.System {
			native.addRecords(c)
		}
	}
	native.addRest()
	return doc, nil
}

// check reports routes that say too little to be of use. The program doesn't serve with one (NewService).
func check(routes []Route) error {
	ids := map[string]bool{}
	for _, r := range routes {
		switch {
		case r.ID == "" || r.Summary == "" || r.SummaryKo == "" || r.Tag == "" || r.TagKo == "" || r.Status == 0:
			return fmt.Errorf("%s %s: has no id, summary, chapter or status in both languages", r.Method, r.Path)
		case ids[r.ID]:
			return fmt.Errorf("%s %s: the id %s is taken", r.Method, r.Path, r.ID)
		}
		for _, status := range r.Errors {
			if !slices.ContainsFunc(refusals, func(known refusal) bool { return known.status == status }) {
				return fmt.Errorf("%s %s: nothing is said of a refusal with %d", r.Method, r.Path, status)
			}
		}
		ids[r.ID] = true
	}
	return nil
}

// open begins a part of the document; what is added next belongs to it.
func (b *builder) open(part string) {
	b.part = len(b.doc.TagGroups)
	b.doc.TagGroups = append(b.doc.TagGroups, TagGroup{Name: part})
}

// chapter adds a tag to the open part, once.
func (b *builder) chapter(tag, about string) {
	for _, t := range b.doc.Tags {
		if t.Name == tag {
			return
		}
	}
	b.doc.Tags = append(b.doc.Tags, Tag{Name: tag, Description: about})
	group := &b.doc.TagGroups[b.part]
	group.Tags = append(group.Tags, tag)
}
