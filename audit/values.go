package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// Change is one field that differs. Values are texts, or JSON; those of secrets are left out.
type Change struct {
	Field    string `json:"field"`
	Old      string `json:"old"`
	New      string `json:"new"`
	IsSecret bool   `json:"is_secret"`
}

// Bounds of what one entry keeps.
const (
	longest = 1000 // characters of a value
	most    = 200  // fields
)

// value is a field's, as it is compared and shown.
type value struct {
	text   string
	secret bool
}

// values are the fields of a model, by name; of collections and settings by path.
type values map[string]value

// changes are what differs, by name.
func changes(before, after values) []Change {
	all := maps.Clone(before)
	maps.Copy(all, after)
	var found []Change
	for _, name := range slices.Sorted(maps.Keys(all)) {
		was, is := before[name], after[name]
		if was.text == is.text {
			continue
		}
		c := Change{Field: name, IsSecret: was.secret || is.secret}
		if !c.IsSecret {
			c.Old, c.New = cut(was.text, longest), cut(is.text, longest)
		}
		if found = append(found, c); len(found) == most {
			return append(found, Change{Field: "…"})
		}
	}
	return found
}

// valuesOf reads a model.
func valuesOf(app core.App, m core.Model) (values, error) {
	switch m := m.(type) {
	case core.RecordProxy:
		return valuesOf(app, m.ProxyRecord())
	case *core.Record:
		return ofRecord(app, m)
	case *core.Collection:
		return ofCollection(app, m)
	case *core.Settings:
		return ofSettings(m)
	}
	return nil, fmt.Errorf("%T is not written down", m)
}

func ofRecord(app core.App, r *core.Record) (values, error) {
	exported, err := r.DBExport(app)
	if err != nil {
		return nil, err
	}
	found := values{}
	for _, field := range r.Collection().Fields {
		if _, moves := field.(*core.AutodateField); moves {
			continue
		}
		text, err := written(exported[field.GetName()])
		if err != nil {
			return nil, err
		}
		if text != "" {
			found[field.GetName()] = value{text, isSecret(field)}
		}
	}
	return found, nil
}

// isSecret reports whether a field's values aren't for the log: passwords, keys, and whatever text is hidden.
func isSecret(field core.Field) bool {
	switch field.(type) {
	case *core.PasswordField:
		return true
	case *core.TextField, *core.JSONField:
		return field.GetHidden() || field.GetName() == core.FieldNameTokenKey
	}
	return false
}

// ofCollection leaves out when it was changed, and what is empty.
func ofCollection(app core.App, c *core.Collection) (values, error) {
	exported, err := c.DBExport(app)
	if err != nil {
		return nil, err
	}
	delete(exported, "created")
	delete(exported, "updated")
	return flattened(exported)
}

// ofSettings are all of them; PocketBase leaves out its secrets itself.
func ofSettings(s *core.Settings) (values, error) {
	found, err := flattened(s)
	if err != nil {
		return nil, err
	}
	for name, secret := range map[string]string{"smtp.password": s.SMTP.Password, "s3.secret": s.S3.Secret, "backups.s3.secret": s.Backups.S3.Secret} {
		delete(found, name)
		if secret != "" {
			found[name] = value{secret, true}
		}
	}
	return found, nil
}

// flattened is what m is in JSON, with a path for each value. Objects of a list go by their names, where they have some.
func flattened(m any) (values, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	found := values{}
	return found, found.add("", tree)
}

func (v values) add(path string, at any) error {
	switch at := at.(type) {
	case map[string]any:
		for name, inner := range at {
			if err := v.add(join(path, name), inner); err != nil {
				return err
			}
		}
		return nil
	case []any:
		if byName, named := named(at); named {
			return v.add(path, byName)
		}
	}
	text, err := written(at)
	if err == nil && text != "" {
		v[path] = value{text, secretPath(path)}
	}
	return err
}

// named is a list of objects by their names; false when they have none.
func named(list []any) (map[string]any, bool) {
	byName := map[string]any{}
	for _, one := range list {
		object, is := one.(map[string]any)
		name, has := object["name"].(string)
		if !is || !has || byName[name] != nil {
			return nil, false
		}
		byName[name] = object
	}
	return byName, len(list) > 0
}

// secretPath reports whether the last name of a path is that of a secret.
func secretPath(path string) bool {
	last := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	return strings.HasSuffix(last, "secret") || strings.HasSuffix(last, "password") || strings.HasSuffix(last, "privatekey")
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// written is a value as text: as it is, or in JSON; "" for what is empty.
func written(of any) (string, error) {
	if s, is := of.(string); is {
		return s, nil
	}
	raw, err := json.Marshal(of)
	if err != nil {
		return "", err
	}
	switch s := string(raw); s {
	case "null", `""`, "[]", "{}", "false", "0":
		return "", nil
	default:
		if len(s) > 1 && s[0] == '"' {
			err = json.Unmarshal(raw, &s)
		}
		return s, err
	}
}

// schemas are all collections.
func schemas(app core.App) (map[string]values, error) {
	all, err := app.FindAllCollections()
	if err != nil {
		return nil, err
	}
	found := map[string]values{}
	for _, c := range all {
		if found[c.Name], err = ofCollection(app, c); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// compared are the collections that differ.
func compared(before, after map[string]values) []Entry {
	all := maps.Clone(before)
	maps.Copy(all, after)
	var found []Entry
	for _, name := range slices.Sorted(maps.Keys(all)) {
		e := Entry{Action: "update", Target: "collections", Record: name, Changes: changes(before[name], after[name])}
		switch {
		case before[name] == nil:
			e.Action = "create"
		case after[name] == nil:
			e.Action = "delete"
		}
		if len(e.Changes) > 0 {
			found = append(found, e)
		}
	}
	return found
}
