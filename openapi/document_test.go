package openapi_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/tests"

	"madang/openapi"
	"madang/openapi/check"
	"madang/testapp"
)

// document fetches the API document in a language as plain JSON.
func document(t *testing.T, app *testapp.App, lang string) map[string]any {
	t.Helper()
	return app.GET("", "/api/schema?lang="+lang).Want(http.StatusOK).JSON
}

func TestDocumentIsValid(t *testing.T) {
	app := testapp.New(t)
	for _, query := range []string{"?lang=en", "?lang=ko", "?format=yaml", "?format=yaml&lang=ko"} {
		check.Load(t, app.GET("", "/api/schema"+query).Want(http.StatusOK).Body.Bytes())
	}
}

func TestEveryRouteIsThere(t *testing.T) {
	app := testapp.New(t)
	paths, _ := document(t, app, "en")["paths"].(map[string]any)
	for _, r := range app.Deps.Documented() {
		methods, _ := paths[r.Path].(map[string]any)
		op, _ := methods[strings.ToLower(r.Method)].(map[string]any)
		if op["operationId"] != r.ID || op["summary"] != r.Summary {
			t.Errorf("%s %s: operation %v", r.Method, r.Path, op["operationId"])
		}
	}
	for _, c := range []string{"posts", "users", "likes", "banned_words", "sessions"} {
		methods, _ := paths["/api/collections/"+c+"/records"].(map[string]any)
		if methods["get"] == nil || methods["post"] == nil {
			t.Errorf("the records of %s are not described", c)
		}
	}
}

// TestNoRouteGoesUndescribed: whatever answers below /api/ is in the document, or is PocketBase's own.
func TestNoRouteGoesUndescribed(t *testing.T) {
	app := testapp.New(t)
	described := map[string]bool{}
	for _, r := range app.Deps.Documented() {
		described[r.Method+" "+r.Path] = true
	}
	bare, err := tests.NewTestApp(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Cleanup()
	router, err := apis.NewRouter(bare)
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range testapp.Patterns(router) {
		described[pattern] = true
	}
	ours := 0
	for _, pattern := range app.Routes {
		if !strings.Contains(pattern, " /api/") || strings.HasPrefix(pattern, "OPTIONS ") || strings.HasPrefix(pattern, "GET "+openapi.AssetsPath) {
			continue
		}
		if ours++; !described[pattern] {
			t.Errorf("%s is in no document", pattern)
		}
	}
	if ours < 100 {
		t.Errorf("only %d routes looked at", ours)
	}
}

// operations calls do with each operation of a document.
func operations(doc map[string]any, do func(where string, op map[string]any)) {
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method, op := range methods {
			op, _ := op.(map[string]any)
			do(strings.ToUpper(method)+" "+path, op)
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	seen := map[string]string{}
	operations(document(t, testapp.New(t), "en"), func(where string, op map[string]any) {
		id, _ := op["operationId"].(string)
		if id == "" || seen[id] != "" {
			t.Errorf("%s: operationId %q, also of %q", where, id, seen[id])
		}
		seen[id] = where
	})
}

func TestEveryReferenceResolves(t *testing.T) {
	doc := document(t, testapp.New(t), "en")
	used := 0
	walk(doc, func(key string, value any) {
		target, isText := value.(string)
		if key != "$ref" || !isText {
			return
		}
		used++
		var at any = doc
		for _, step := range strings.Split(strings.TrimPrefix(target, "#/"), "/") {
			m, _ := at.(map[string]any)
			at = m[step]
		}
		if at == nil {
			t.Errorf("%s leads nowhere", target)
		}
	})
	if used < 100 {
		t.Errorf("%d references, want many", used)
	}
}

// walk calls do with every key and value of a JSON value.
func walk(v any, do func(key string, value any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			do(key, value)
			walk(value, do)
		}
	case []any:
		for _, value := range v {
			walk(value, do)
		}
	}
}

func TestKoreanIsKorean(t *testing.T) {
	app := testapp.New(t)
	hangul := func(r rune) bool { return unicode.Is(unicode.Hangul, r) }
	told := map[string]bool{}
	walk(document(t, app, "ko"), func(key string, value any) {
		said, isText := value.(string)
		if (key == "summary" || key == "description") && isText && strings.IndexFunc(said, hangul) < 0 && !told[said] {
			told[said] = true
			t.Errorf("%s %q has no Korean; add it to words.go", key, said)
		}
	})
	walk(document(t, app, "en"), func(key string, value any) {
		said, isText := value.(string)
		if (key == "summary" || key == "description") && isText && strings.IndexFunc(said, hangul) >= 0 {
			t.Errorf("%s %q is not English", key, said)
		}
	})
}

func TestEveryErrorHasAnExample(t *testing.T) {
	doc := document(t, testapp.New(t), "en")
	components, _ := doc["components"].(map[string]any)
	shared, _ := components["responses"].(map[string]any)
	operations(doc, func(where string, op map[string]any) {
		responses, _ := op["responses"].(map[string]any)
		for status, response := range responses {
			response, _ := response.(map[string]any)
			if target, isRef := response["$ref"].(string); isRef {
				response, _ = shared[strings.TrimPrefix(target, "#/components/responses/")].(map[string]any)
			}
			content, _ := response["content"].(map[string]any)
			media, _ := content["application/json"].(map[string]any)
			example, _ := media["example"].(map[string]any)
			custom := where == "GET /api/ready" && example["database"] == "failing" ||
				status == "401" && example["mfaId"] != nil // PocketBase asks for a second factor
			if status >= "4" && !custom && (example["status"] == nil || example["message"] == nil || example["data"] == nil) {
				t.Errorf("%s %s: no example of the error: %v", where, status, media)
			}
		}
	})
}

func TestNoSecretIsTold(t *testing.T) {
	app := testapp.New(t)
	posts, err := app.FindCollectionByNameOrId("posts")
	if err != nil {
		t.Fatal(err)
	}
	rule := *posts.ViewRule + ` || @request.headers.x_key = "swordfish" || @request.query.pin = 98765 // or ask Bob at 'hotel'`
	posts.ViewRule = &rule
	if err := app.Save(posts); err != nil {
		t.Fatal(err)
	}
	text := app.GET("", "/api/schema").Want(http.StatusOK).Body.String()
	for _, secret := range []string{
		"swordfish", "98765", "ask Bob", "token_key_hash", "web_hash", "tokenKey", "suspended_until", "emailVisibility",
		app.Settings().Meta.SenderAddress,
	} {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("the document tells %q", secret)
		}
	}
	if !strings.Contains(text, `@request.headers.x_key = \"…\" || @request.query.pin = …`) {
		t.Error("the rest of the rule is gone too")
	}
	if !strings.Contains(text, `visibility = \"public\"`) {
		t.Error("what the document names anyway is masked")
	}
}

func TestNamesOfShapes(t *testing.T) {
	doc := document(t, testapp.New(t), "en")
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	for _, name := range []string{"PostList", "PostDetail", "CommentList", "User", "SignedIn", "FeedForm", "FoundPostAnswer", "Record_posts", "RecordList_posts", "Error"} {
		if schemas[name] == nil {
			t.Errorf("no shape %s", name)
		}
	}
	proper := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	for name := range schemas {
		if !proper.MatchString(name) {
			t.Errorf("a client can't name a type %q", name)
		}
	}
}

func TestRefusesToDescribeHalf(t *testing.T) {
	app := testapp.Empty(t)
	whole := openapi.Route{Method: "GET", Path: "/api/x", ID: "x", Summary: "X", SummaryKo: "엑스", Tag: "X", TagKo: "엑스", Status: 200}
	for name, change := range map[string]func(r *openapi.Route){
		"no id": func(r *openapi.Route) { r.ID = "" }, "no summary": func(r *openapi.Route) { r.Summary = "" },
		"no Korean": func(r *openapi.Route) { r.SummaryKo = "" }, "no chapter": func(r *openapi.Route) { r.TagKo = "" },
		"no status": func(r *openapi.Route) { r.Status = 0 }, "a refusal without words": func(r *openapi.Route) { r.Errors = []int{418} }, "the id of another": func(*openapi.Route) {},
	} {
		half := whole
		change(&half)
		if _, err := openapi.Build(app, []openapi.Route{whole, half}, options()); err == nil {
			t.Errorf("a route with %s was described", name)
		}
		if _, err := openapi.NewService([]openapi.Route{whole, half}, options()); err == nil {
			t.Errorf("the program would serve a route with %s", name)
		}
	}
}

func options() openapi.Options {
	return openapi.Options{Settable: func(string, bool) ([]string, bool) { return nil, false }}
}
