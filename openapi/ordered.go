package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Map is a JSON object that keeps the order in which its keys were set, so that a reader of
// the document meets things in the order in which the code tells them. The zero value is empty.
type Map[T any] struct {
	keys   []string
	values map[string]T
}

// Set puts v under key; a key that is there already keeps its place.
func (m *Map[T]) Set(key string, v T) {
	if m.values == nil {
		m.values = map[string]T{}
	}
	if _, there := m.values[key]; !there {
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
}

// Get is the value under key, and whether there is one.
func (m *Map[T]) Get(key string) (T, bool) {
	v, there := m.values[key]
	return v, there
}

// IsZero reports whether the object is empty, for the tag omitzero.
func (m Map[T]) IsZero() bool { return len(m.keys) == 0 }

// MarshalJSON writes the object with its keys in order.
func (m Map[T]) MarshalJSON() ([]byte, error) {
	out := bytes.NewBufferString("{")
	for i, key := range m.keys {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := encode(key)
		if err != nil {
			return nil, err
		}
		value, err := encode(m.values[key])
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", key, err)
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// encode is v as JSON, with <, > and & as they are: rules are full of them, and the document
// is never part of a page.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
