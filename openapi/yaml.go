package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// toYAML writes a JSON document in YAML's block style, keys in the same order. Strings keep
// their JSON quotes, which YAML 1.2 reads alike, so no text can be taken for something else.
func toYAML(document []byte) ([]byte, error) {
	w := &yamlWriter{in: json.NewDecoder(bytes.NewReader(document))}
	w.in.UseNumber()
	if err := w.value(0, true); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return w.out.Bytes(), nil
}

type yamlWriter struct {
	in  *json.Decoder
	out bytes.Buffer
}

// plainKey is a key that YAML reads as this very text without quotes; y, no and the like,
// which old readers take for truth values, are not among the document's keys but quoted anyway.
var plainKey = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$-]{3,}$|^(in|get|put|url)$`)

var yamlWords = map[string]bool{"true": true, "false": true, "null": true}

// value writes the next value. The writer stands behind "key:" or, with fresh, where a line
// of a collection may begin.
func (w *yamlWriter) value(indent int, fresh bool) error {
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	opening, isOpening := token.(json.Delim)
	if !isOpening {
		return w.scalar(token, fresh)
	}
	if !w.in.More() {
		w.space(fresh)
		w.out.WriteString(map[json.Delim]string{'{': "{}", '[': "[]"}[opening])
		w.out.WriteByte('\n')
	} else if err := w.items(opening, indent, fresh); err != nil {
		return err
	}
	_, err = w.in.Token() // the closing one
	return err
}

// items writes what is between the brackets.
func (w *yamlWriter) items(opening json.Delim, indent int, fresh bool) error {
	if !fresh {
		w.out.WriteByte('\n')
	}
	for first := fresh; w.in.More(); first = false {
		if !first {
			w.out.WriteString(strings.Repeat("  ", indent))
		}
		if opening == '[' {
			w.out.WriteString("- ")
		} else if err := w.key(); err != nil {
			return err
		}
		if err := w.value(indent+1, opening == '['); err != nil {
			return err
		}
	}
	return nil
}

func (w *yamlWriter) key() error {
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	name, isText := token.(string)
	if !isText {
		return errors.New("a key is not a string")
	}
	if !plainKey.MatchString(name) || yamlWords[name] {
		quoted, err := encode(name)
		if err != nil {
			return err
		}
		name = string(quoted)
	}
	w.out.WriteString(name + ":")
	return nil
}

func (w *yamlWriter) scalar(token json.Token, fresh bool) error {
	text, err := encode(token)
	if err != nil {
		return err
	}
	w.space(fresh)
	w.out.Write(text)
	w.out.WriteByte('\n')
	return nil
}

// space parts a value from the colon before it.
func (w *yamlWriter) space(fresh bool) {
	if !fresh {
		w.out.WriteByte(' ')
	}
}
