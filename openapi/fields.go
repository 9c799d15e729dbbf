package openapi

import (
	"reflect"
	"slices"

	"github.com/pocketbase/pocketbase/core"
)

// shown is the schema of a field as a record shows it. What is stored may be older than the
// field's limits, so they don't stand here; a value that isn't set is the type's empty one.
func (n *native) shown(f core.Field) *Schema {
	switch f := f.(type) {
	case *core.NumberField:
		if f.OnlyInt {
			return &Schema{Type: "integer"}
		}
		return &Schema{Type: "number"}
	case *core.BoolField:
		return &Schema{Type: "boolean"}
	case *core.JSONField:
		return &Schema{}
	case *core.GeoPointField:
		at := object()
		at.property("lon", &Schema{Type: "number"}, true)
		at.property("lat", &Schema{Type: "number"}, true)
		return at
	case *core.DateField, *core.AutodateField:
		return &Schema{Type: "string", Description: n.say("2006-01-02 15:04:05.000Z in UTC; empty when there is none", "UTC, 2006-01-02 15:04:05.000Z. 없으면 빈 문자열")}
	case *core.SelectField:
		return many(f.IsMultiple(), f.MaxSelect, &Schema{Type: "string", Enum: choices(f, !f.IsMultiple() && !f.Required)})
	case *core.RelationField:
		return many(f.IsMultiple(), f.MaxSelect, &Schema{Type: "string", Description: n.say("id of a record of ", "레코드 id: ") + n.collections[f.CollectionId]})
	case *core.FileField:
		return many(f.IsMultiple(), f.MaxSelect, &Schema{Type: "string", Description: n.say("name of the file; empty when there is none", "파일 이름. 없으면 빈 문자열")})
	}
	return &Schema{Type: "string"}
}

// taken is the schema of a field as a request sends it, with its limits.
func (n *native) taken(f core.Field) *Schema {
	s := n.shown(f)
	switch f := f.(type) {
	case *core.TextField:
		s.MinLength, s.MaxLength, s.Pattern = positive(f.Min), positive(f.Max), f.Pattern
	case *core.EditorField:
		s.Format = "html"
	case *core.EmailField:
		s.Format = "email"
	case *core.URLField:
		s.Format = "uri"
	case *core.PasswordField:
		s.Format, s.MinLength, s.MaxLength = "password", positive(f.Min), positive(f.Max)
	case *core.NumberField:
		s.Minimum, s.Maximum = f.Min, f.Max
	case *core.DateField:
		s.Description = n.say("a time, RFC 3339", "시각, RFC 3339")
	case *core.FileField:
		file := &Schema{Type: "string", Format: "binary", ContentMediaType: "application/octet-stream"}
		return many(f.IsMultiple(), f.MaxSelect, file)
	}
	return s
}

// many is the schema of one value, or of a list of at most limit.
func many(multiple bool, limit int, one *Schema) *Schema {
	if !multiple {
		return one
	}
	return &Schema{Type: "array", Items: one, MaxItems: positive(limit)}
}

func choices(f *core.SelectField, mayBeEmpty bool) []any {
	var values []any
	if mayBeEmpty {
		values = append(values, "")
	}
	for _, v := range f.Values {
		values = append(values, v)
	}
	return values
}

// positive is a pointer to a limit; nil when there is none.
func positive(limit int) *int {
	if limit <= 0 {
		return nil
	}
	return &limit
}

// sent are the fields that the people of a collection may send, and which of them they must.
func (n *native) sent(c *core.Collection, creates bool) (fields []core.Field, required []string) {
	allowed, limited := n.o.Settable(c.Name, creates)
	for _, f := range c.Fields {
		name := f.GetName()
		_, automatic := f.(*core.AutodateField)
		closed := automatic || name == core.FieldNameId || f.GetHidden() && name != core.FieldNamePassword
		if limited && !slices.Contains(allowed, name) || !limited && closed {
			continue
		}
		fields = append(fields, f)
		if creates && demanded(f) && !slices.Contains(n.o.Filled[c.Name], name) {
			required = append(required, name)
		}
	}
	return fields, required
}

// demanded reports whether a field may not be left empty. Every type of field but the
// automatic ones has the setting, and core.Field doesn't ask for it.
func demanded(f core.Field) bool {
	required := reflect.ValueOf(f).Elem().FieldByName("Required")
	return required.IsValid() && required.Bool()
}
