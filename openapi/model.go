package openapi

// Document is an OpenAPI description. https://spec.openapis.org/oas/v3.1.1
type Document struct {
	OpenAPI    string                `json:"openapi"`
	Info       Info                  `json:"info"`
	Servers    []Server              `json:"servers"`
	Paths      Map[*Map[*Operation]] `json:"paths"` // by path, then by method in lower case
	Components Components            `json:"components"`
	Tags       []Tag                 `json:"tags"`
	TagGroups  []TagGroup            `json:"x-tagGroups"` // Redoc's menu
}

// Info says what the API is.
type Info struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"`
}

// Server is where the API answers.
type Server struct {
	URL string `json:"url"`
}

// Tag is a chapter.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// TagGroup is a part that holds chapters.
type TagGroup struct {
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

// Operation is one method of one path.
type Operation struct {
	Tags        []string       `json:"tags"`
	Summary     string         `json:"summary"`
	Description string         `json:"description"`
	ID          string         `json:"operationId"`
	Parameters  []Parameter    `json:"parameters,omitempty"`
	Body        *Body          `json:"requestBody,omitempty"`
	Responses   Map[*Response] `json:"responses"` // by status
	Security    []Security     `json:"security"`
}

// Security names the schemes that a request needs together; empty for none.
type Security map[string][]string

// Parameter is part of a URL or a header.
type Parameter struct {
	Ref         string  `json:"$ref,omitempty"`
	Name        string  `json:"name,omitempty"`
	In          string  `json:"in,omitempty"` // path, query or header
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
}

// Body is what is sent.
type Body struct {
	Required bool       `json:"required,omitempty"`
	Content  Map[Media] `json:"content"` // by media type
}

// Response is what is answered.
type Response struct {
	Ref         string      `json:"$ref,omitempty"`
	Description string      `json:"description,omitempty"`
	Headers     Map[Header] `json:"headers,omitzero"`
	Content     Map[Media]  `json:"content,omitzero"` // by media type
}

// Header is a header of an answer.
type Header struct {
	Description string  `json:"description"`
	Schema      *Schema `json:"schema"`
}

// Media is a body in one media type.
type Media struct {
	Schema  *Schema `json:"schema,omitempty"`
	Example any     `json:"example,omitempty"`
}

// Schema is a JSON Schema (draft 2020-12), as far as this document uses it. The zero value
// allows anything.
type Schema struct {
	Ref                  string       `json:"$ref,omitempty"`
	Type                 any          `json:"type,omitempty"` // a string or, where null is allowed, two
	Format               string       `json:"format,omitempty"`
	ContentMediaType     string       `json:"contentMediaType,omitempty"`
	Description          string       `json:"description,omitempty"`
	Const                any          `json:"const,omitempty"`
	Enum                 []any        `json:"enum,omitempty"`
	Default              any          `json:"default,omitempty"`
	MinLength            *int         `json:"minLength,omitempty"`
	MaxLength            *int         `json:"maxLength,omitempty"`
	Pattern              string       `json:"pattern,omitempty"`
	Minimum              *float64     `json:"minimum,omitempty"`
	Maximum              *float64     `json:"maximum,omitempty"`
	Items                *Schema      `json:"items,omitempty"`
	MinItems             *int         `json:"minItems,omitempty"`
	MaxItems             *int         `json:"maxItems,omitempty"`
	Properties           Map[*Schema] `json:"properties,omitzero"`
	Required             []string     `json:"required,omitempty"`
	AdditionalProperties any          `json:"additionalProperties,omitempty"` // false or a *Schema
	AnyOf                []*Schema    `json:"anyOf,omitempty"`
	Examples             []any        `json:"examples,omitempty"`
}

// Components are what several operations share.
type Components struct {
	SecuritySchemes map[string]SecurityScheme `json:"securitySchemes"`
	Parameters      Map[Parameter]            `json:"parameters,omitzero"`
	Responses       Map[*Response]            `json:"responses"`
	Schemas         Map[*Schema]              `json:"schemas"`
}

// SecurityScheme is a way to say who one is.
type SecurityScheme struct {
	Type         string `json:"type"`
	Scheme       string `json:"scheme"`
	BearerFormat string `json:"bearerFormat"`
	Description  string `json:"description"`
}

// ref is a schema of the components.
func ref(name string) *Schema { return &Schema{Ref: "#/components/schemas/" + name} }

// object is a closed object without properties yet.
func object() *Schema { return &Schema{Type: "object", AdditionalProperties: false} }

// property adds a property, required or not.
func (s *Schema) property(name string, of *Schema, required bool) {
	s.Properties.Set(name, of)
	if required {
		s.Required = append(s.Required, name)
	}
}
