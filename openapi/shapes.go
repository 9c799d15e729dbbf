package openapi

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
)

// shapes turns Go types into schemas of the components, each once, under a name that a
// generated client can use.
type shapes struct {
	words
	schemas *Map[*Schema]
	names   map[shapeKey]string
}

// shapeKey tells what is sent from what is answered: they are required differently.
type shapeKey struct {
	t    reflect.Type
	sent bool
}

// answer is the schema of [Route.Out].
func (s *shapes) answer(out any) *Schema {
	switch v := out.(type) {
	case *Schema:
		return v
	case OneOf:
		several := &Schema{}
		for _, one := range v {
			several.AnyOf = append(several.AnyOf, s.answer(one))
		}
		return several
	}
	return s.of(reflect.TypeOf(out), false)
}

// of is the schema of a type as it is encoded in JSON.
func (s *shapes) of(t reflect.Type, sent bool) *Schema {
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), sent)
	case reflect.String:
		return &Schema{Type: "string"}
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Schema{Type: "integer"}
	case reflect.Float32, reflect.Float64:
		return &Schema{Type: "number"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return &Schema{Type: "string"} // base64 in JSON, a file in a form
		}
		return &Schema{Type: "array", Items: s.of(t.Elem(), sent)}
	case reflect.Map:
		return &Schema{Type: "object", AdditionalProperties: s.of(t.Elem(), sent)}
	case reflect.Struct:
		return s.component(t, sent)
	}
	return &Schema{} // an interface: anything
}

// component is a reference to the schema of a struct, made when it is first met.
func (s *shapes) component(t reflect.Type, sent bool) *Schema {
	key := shapeKey{t, sent}
	name, there := s.names[key]
	if !there {
		name = s.free(t)
		s.names[key] = name
		made := object()
		s.schemas.Set(name, made) // note: before its properties, which may refer to it
		if sent {
			made.AdditionalProperties = nil // unknown fields are ignored
		}
		s.properties(made, t, sent)
	}
	return ref(name)
}

// properties adds the fields of a struct as encoding/json sees them.
func (s *shapes) properties(to *Schema, t reflect.Type, sent bool) {
	for _, f := range fieldsOf(t, "json") {
		schema := s.field(f.StructField, sent)
		if schema.Description == "" && schema.Type == "string" && strings.HasSuffix(f.name, "_at") {
			schema.Description = s.say("RFC 3339 in UTC; empty when there is none", "UTC, RFC 3339. 없으면 빈 문자열")
		}
		required := f.Tag.Get("required") == "true" || !sent && !f.optional
		if !sent && f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() != reflect.Struct && schema.Ref == "" {
			schema.Type = []string{schema.Type.(string), "null"}
		}
		if !sent && required && f.Type.Kind() == reflect.Pointer && schema.Ref != "" {
			schema = &Schema{AnyOf: []*Schema{{Ref: schema.Ref}, {Type: "null"}}, Description: schema.Description}
		}
		to.property(f.name, schema, required)
	}
}

// field is the schema of one field with what its tags say of it.
func (s *shapes) field(f reflect.StructField, sent bool) *Schema {
	schema := s.of(f.Type, sent)
	constrain(schema, f.Tag)
	schema.Description = s.known(f.Tag.Get("description"))
	return schema
}

// free is a name for t that no other type has.
func (s *shapes) free(t reflect.Type) string {
	name := nameOf(t)
	inPackage := title(path.Base(t.PkgPath())) + name
	if slices.Contains([]string{"Form", "Params", "Answer", "Value"}, name) {
		name = inPackage
	}
	for _, candidate := range []string{name, inPackage} {
		if _, taken := s.schemas.Get(candidate); !taken {
			return candidate
		}
	}
	return fmt.Sprint(inPackage, len(s.names))
}

// nameOf is the name of a type; List[present.Post] is PostList.
func nameOf(t reflect.Type) string {
	name, argument, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return title(name)
	}
	argument = strings.TrimSuffix(argument, "]")
	return title(argument[strings.LastIndexByte(argument, '.')+1:]) + title(name)
}

func title(s string) string {
	if s == "" || s == "." {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// namedField is a field under the name that a tag gives it.
type namedField struct {
	reflect.StructField
	name     string
	optional bool // left out when empty, or with the embedded pointer that holds it
}

// fieldsOf are the fields of t that have the tag, also of embedded structs, in the order of the code.
func fieldsOf(t reflect.Type, tag string) []namedField {
	var fields []namedField
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get(tag), ",")
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		fields = append(fields, namedField{f, name, strings.Contains(options, "omit") || throughPointer(t, f.Index)})
	}
	return fields
}

// throughPointer reports whether the way to a field leads through an embedded pointer.
func throughPointer(t reflect.Type, index []int) bool {
	for at := 1; at < len(index); at++ {
		if t.FieldByIndex(index[:at]).Type.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}
