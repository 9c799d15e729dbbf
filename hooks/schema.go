package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/openapi"
)

// schema is the API document: what it says, and where it is.
//
//	says    every URL of ours (routes.go, and its own), every collection as the server has it now
//	shown   as JSON and YAML, and by Swagger UI and Redoc from the binary
func schema(app core.App, d *Deps) {
	app.OnServe().Bind(named("schema", func(e *core.ServeEvent) error {
		documents, err := openapi.NewService(d.Documented(), documentOptions())
		if err != nil {
			return err
		}
		for _, r := range schemaRoutes(documents) {
			r.register(e.Router, d.Kept)
		}
		// note: parts of the pages and no URL of the API, so the document leaves them out
		e.Router.GET(openapi.AssetsPath+"{path...}", documents.Asset)
		return e.Next()
	}))
}

func schemaRoutes(s *openapi.Service) []route {
	r := routeList{}
	r.chapter("Documents", "문서")
	r.get("/api/schema", "getSchema", "This document", "이 문서", anyone, s.Document).takes(openapi.Params{}).gives(&openapi.Schema{Type: "object"}).content("application/json,application/yaml").refuses(400)
	r.get("/api/schema/swagger-ui", "getSwaggerUI", "This document, to try out", "이 문서를 보고 시험하기", anyone, s.SwaggerUI).takes(openapi.PageParams{}).content("text/html").refuses(400)
	r.get("/api/schema/redoc", "getRedoc", "This document, to read", "이 문서를 읽기", anyone, s.Redoc).takes(openapi.PageParams{}).content("text/html").refuses(400)
	return r.routes
}

// Documented is every URL of the API as the document describes it.
func (d *Deps) Documented() []openapi.Route {
	var described []openapi.Route
	for _, r := range append(d.routes(), schemaRoutes(nil)...) {
		described = append(described, r.doc)
	}
	return described
}

// documentOptions tell the document what the collections' fields don't: whose they are.
func documentOptions() openapi.Options {
	return openapi.Options{
		Settable: func(collection string, creates bool) (fields []string, limited bool) {
			s, limited := settable[collection]
			if creates {
				return s.create, limited
			}
			return s.update, limited
		},
		Filled:    map[string][]string{collections.Posts: {"visibility", "status"}},
		OwnerOnly: map[string][]string{collections.Users: {"email", "verified", "phone", "locale", "messages_from", "tags_apart", "recommendations_off"}, collections.Participants: {"cleared_to", "is_muted", "unread_count"}},
	}
}
