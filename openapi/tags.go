package openapi

import (
	"reflect"
	"strconv"
	"strings"
)

// constrain adds to a schema what the tags of a field say of its values.
func constrain(s *Schema, tag reflect.StructTag) {
	s.Format, s.Pattern = tag.Get("format"), tag.Get("pattern")
	s.MinLength, s.MaxLength = whole(tag, "minLength"), whole(tag, "maxLength")
	s.MinItems, s.MaxItems = whole(tag, "minItems"), whole(tag, "maxItems")
	s.Minimum, s.Maximum = number(tag, "minimum"), number(tag, "maximum")
	if values, there := tag.Lookup("enum"); there {
		for _, v := range strings.Split(values, ",") {
			s.Enum = append(s.Enum, typed(s.Type, v))
		}
	}
	if v, there := tag.Lookup("default"); there {
		s.Default = typed(s.Type, v)
	}
}

// typed is a tag's text as a value of the schema's type.
func typed(kind any, text string) any {
	switch kind {
	case "integer":
		if n, err := strconv.Atoi(text); err == nil {
			return n
		}
	case "number":
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	case "boolean":
		return text == "true"
	}
	return text
}

// whole is the whole number in a tag; nil when there is none.
func whole(tag reflect.StructTag, name string) *int {
	n, err := strconv.Atoi(tag.Get(name))
	if err != nil {
		return nil
	}
	return &n
}

func number(tag reflect.StructTag, name string) *float64 {
	n, err := strconv.ParseFloat(tag.Get(name), 64)
	if err != nil {
		return nil
	}
	return &n
}
