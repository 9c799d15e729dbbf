package openapi

import (
	"encoding/json"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v4"
)

func TestYAMLSaysWhatJSONSays(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `null`, `"plain"`, `12.5`, `true`,
		`{"a":1,"b":{"c":[],"d":{},"e":null}}`,
		`{"list":[{"x":1,"y":[1,[2,[3]],{"z":"w"}]},[],{},"end"]}`,
		`{"text":"two\nlines: \"quoted\" # no comment","korean":"고양이","odd":"\u0001\u2028 - ' %"}`,
		`{"yes":"no","200":"number","null":"null","on":true,"a b":1,"*":"&","$ref":"#/x","in":"query","~":"<a> & b"}`,
		`{"large":12345678901234,"small":-1,"real":1e-7}`,
	} {
		out, err := toYAML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(out, &got); err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var read any
		if err := json.Unmarshal(again, &read); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, want) {
			t.Errorf("%s became\n%s", text, out)
		}
	}
}

func TestYAMLOfBrokenJSON(t *testing.T) {
	for _, text := range []string{``, `{`, `{"a"`, `{"a":}`, `[1,`, `{"a":[`, `[`} {
		if out, err := toYAML([]byte(text)); err == nil {
			t.Errorf("%q became %q", text, out)
		}
	}
}

func FuzzYAML(f *testing.F) {
	f.Add(`{"a":["b",{"c":null}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var want any
		if json.Unmarshal([]byte(text), &want) != nil {
			return
		}
		out, err := toYAML([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := yaml.Unmarshal(out, &got); err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
	})
}
