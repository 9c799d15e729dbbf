package openapi_test

import (
	"encoding/json"
	"html/template"
	"reflect"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/openapi"
	"madang/openapi/check"
	"madang/testapp"
)

type (
	brief struct {
		ID string `json:"id"`
	}
	secretPart struct {
		Mail string `json:"mail"`
	}
	cat struct {
		brief
		*secretPart
		Mood   string         `json:"mood" enum:"calm,cross" default:"calm"`
		Age    *int           `json:"age" minimum:"0"`
		Weight float64        `json:"weight,omitempty" maximum:"9.5"`
		Tame   bool           `json:"tame" default:"true"`
		Page   template.HTML  `json:"page"`
		Kits   []cat          `json:"kits" maxItems:"8"`
		Marks  map[string]int `json:"marks"`
		Extra  any            `json:"extra"`
		Raw    []byte         `json:"raw"`
		BornAt string         `json:"born_at"`
		Hidden string         `json:"-"`
		inner  string
	}
	box[T any] struct {
		Best *T  `json:"best"`
		All  []T `json:"all"`
	}
	catForm struct {
		Name string  `json:"name" form:"name" required:"true" minLength:"1" maxLength:"20" pattern:"^[a-z]+$"`
		Note *string `json:"note" form:"note"`
		Face *string `json:"face" form:"face" format:"binary"`
	}
)

// described is the document of one route.
func described(t *testing.T, change func(r *openapi.Route)) map[string]any {
	t.Helper()
	r := openapi.Route{Method: "GET", Path: "/api/cats", ID: "cats", Summary: "Cats", SummaryKo: "고양이", Tag: "Cats", TagKo: "고양이", Status: 200}
	change(&r)
	doc, err := openapi.Build(testapp.Empty(t), []openapi.Route{r}, options())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	check.Load(t, text)
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

// at is what stands at a path of keys.
func at(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

// wantJSON fails the test unless got says what the text says.
func wantJSON(t *testing.T, got any, text string) {
	t.Helper()
	var want any
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		said, _ := json.MarshalIndent(got, "", " ")
		t.Errorf("got %s\nwant %s", said, text)
	}
}

func TestShapeOfAnswers(t *testing.T) {
	_ = cat{inner: ""}
	doc := described(t, func(r *openapi.Route) { r.Out = box[cat]{} })
	wantJSON(t, at(doc, "paths", "/api/cats", "get", "responses", "200", "content", "application/json", "schema"), `{"$ref":"#/components/schemas/CatBox"}`)
	wantJSON(t, at(doc, "components", "schemas", "CatBox"), `{
		"type":"object","additionalProperties":false,"required":["best","all"],
		"properties":{"best":{"anyOf":[{"$ref":"#/components/schemas/Cat"},{"type":"null"}]},"all":{"type":"array","items":{"$ref":"#/components/schemas/Cat"}}}}`)
	wantJSON(t, at(doc, "components", "schemas", "Cat"), `{
		"type":"object","additionalProperties":false,
		"required":["id","mood","age","tame","page","kits","marks","extra","raw","born_at"],
		"properties":{
			"id":{"type":"string"},"mail":{"type":"string"},"mood":{"type":"string","enum":["calm","cross"],"default":"calm"},
			"age":{"type":["integer","null"],"minimum":0},"weight":{"type":"number","maximum":9.5},"tame":{"type":"boolean","default":true},
			"page":{"type":"string"},"kits":{"type":"array","maxItems":8,"items":{"$ref":"#/components/schemas/Cat"}},
			"marks":{"type":"object","additionalProperties":{"type":"integer"}},"extra":{},"raw":{"type":"string"},
			"born_at":{"type":"string","description":"RFC 3339 in UTC; empty when there is none"}}}`)
}

func TestShapeOfOneOfSeveral(t *testing.T) {
	doc := described(t, func(r *openapi.Route) { r.Out = openapi.OneOf{brief{}, &openapi.Schema{Type: "string"}} })
	wantJSON(t, at(doc, "paths", "/api/cats", "get", "responses", "200", "content", "application/json", "schema"),
		`{"anyOf":[{"$ref":"#/components/schemas/Brief"},{"type":"string"}]}`)
}

// A form whose file may be left out is taken as JSON and as multipart.
func TestShapeOfForms(t *testing.T) {
	doc := described(t, func(r *openapi.Route) { r.Method, r.In, r.Errors = "POST", catForm{}, []int{415} })
	content := at(doc, "paths", "/api/cats", "post", "requestBody", "content")
	wantJSON(t, at(content, "application/json", "schema"), `{"$ref":"#/components/schemas/CatForm"}`)
	name := `{"type":"string","minLength":1,"maxLength":20,"pattern":"^[a-z]+$"}`
	wantJSON(t, at(content, "multipart/form-data", "schema"), `{"type":"object","required":["name"],"properties":{
		"name":`+name+`,"note":{"type":"string"},"face":{"type":"string","format":"binary","contentMediaType":"application/octet-stream"}}}`)
	wantJSON(t, at(doc, "paths", "/api/cats", "post", "responses", "400", "content", "application/json", "example", "data"),
		`{"name":{"code":"validation_invalid_value","message":"Invalid value."}}`)
	for _, status := range []string{"413", "415", "429"} {
		if at(doc, "paths", "/api/cats", "post", "responses", status) == nil {
			t.Errorf("no %s", status)
		}
	}
}

func TestTwoTypesOfOneName(t *testing.T) {
	type brief struct {
		Other int `json:"other"`
	}
	doc := described(t, func(r *openapi.Route) { r.Out = openapi.OneOf{sameName(), brief{}} })
	several, _ := at(doc, "paths", "/api/cats", "get", "responses", "200", "content", "application/json", "schema", "anyOf").([]any)
	if len(several) != 2 || reflect.DeepEqual(several[0], several[1]) {
		t.Errorf("two types under one name: %v", several)
	}
}

func sameName() any { return brief{} }

// Every kind of field that an operator can add in the dashboard, and an auth collection of theirs.
func TestShapeOfRecords(t *testing.T) {
	app := testapp.Empty(t)
	shops := core.NewAuthCollection("shops")
	shops.MFA.Enabled, shops.MFA.Duration, shops.OTP.Enabled, shops.OTP.Duration, shops.OTP.Length = true, 300, true, 300, 6
	shops.CreateRule = types.Pointer("")
	if err := app.Save(shops); err != nil {
		t.Fatal(err)
	}
	c := core.NewBaseCollection("wares")
	c.ListRule = types.Pointer(`@request.auth.id != "" && price > 3 && @request.auth.tokenKey != "x"`)
	c.Fields.Add(
		&core.TextField{Name: "label", Required: true, Max: 9, Pattern: "^[a-z]*$"}, &core.EditorField{Name: "story"}, &core.URLField{Name: "site"},
		&core.EmailField{Name: "mail"}, &core.NumberField{Name: "price", Min: types.Pointer(0.5)}, &core.NumberField{Name: "stock", OnlyInt: true, Required: true},
		&core.BoolField{Name: "open"}, &core.DateField{Name: "since"}, &core.JSONField{Name: "more"}, &core.GeoPointField{Name: "place"},
		&core.SelectField{Name: "kind", Values: []string{"a", "b"}, MaxSelect: 1}, &core.SelectField{Name: "kinds", Values: []string{"a", "b"}, MaxSelect: 2},
		&core.RelationField{Name: "shop", CollectionId: shops.Id, MaxSelect: 1}, &core.FileField{Name: "photos", MaxSelect: 3, MaxSize: 99, Required: true},
		&core.AutodateField{Name: "made", OnCreate: true},
	)
	if err := app.Save(c); err != nil {
		t.Fatal(err)
	}
	doc := app.GET("", "/api/schema").Want(200)
	check.Load(t, doc.Body.Bytes())
	record := doc.Get("components", "schemas", "Record_wares", "properties")
	for field, want := range map[string]string{
		"price": `{"type":"number"}`, "stock": `{"type":"integer"}`, "open": `{"type":"boolean"}`, "more": `{}`, "kind": `{"type":"string","enum":["","a","b"]}`,
		"kinds": `{"type":"array","maxItems":2,"items":{"type":"string","enum":["a","b"]}}`, "shop": `{"type":"string","description":"id of a record of shops"}`,
	} {
		wantJSON(t, at(record, field), want)
	}
	base := "/api/collections/wares/records"
	content, _ := doc.Get("paths", base, "post", "requestBody", "content").(map[string]any)
	wantJSON(t, at(content["multipart/form-data"], "schema", "required"), `["label","stock","photos"]`)
	sent := at(content["multipart/form-data"], "schema", "properties")
	wantJSON(t, at(sent, "price"), `{"type":"number","minimum":0.5}`)
	wantJSON(t, at(sent, "photos", "items"), `{"type":"string","format":"binary","contentMediaType":"application/octet-stream"}`)
	wantJSON(t, at(sent, "mail"), `{"type":"string","format":"email"}`)
	if content["application/json"] != nil || at(sent, "made") != nil || at(sent, "id") != nil {
		t.Errorf("more may be sent than can be: %v", content)
	}
	if about, _ := doc.Get("paths", base, "get", "description").(string); about != "As far as the collection's rule allows: `@request.auth.id != \"\" && price > … && … != \"…\"`" {
		t.Errorf("rule: %s", about)
	}
	if doc.Get("paths", "/api/collections/shops/auth-with-password", "post", "responses", "401", "content") == nil {
		t.Error("the second factor is not described")
	}
	required := doc.Get("paths", "/api/collections/shops/records", "post", "requestBody", "content", "application/json", "schema", "required")
	wantJSON(t, required, `["password","passwordConfirm","email"]`)
}
