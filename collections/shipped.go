package collections

import (
	_ "embed"
	"strings"
)

//go:embed schema.txt
var schemaText string

// ShippedRules are the access rules of our collections as this release laid them down, by
// collection and operation (list, view, create, update, delete); nil for nobody.
func ShippedRules() map[string]map[string]*string {
	rules := map[string]map[string]*string{}
	var of map[string]*string
	for line := range strings.Lines(schemaText) {
		if name, kind, found := strings.Cut(strings.TrimSpace(line), " ("); found && (kind == "base)" || kind == "auth)") {
			of = map[string]*string{}
			rules[name] = of
			continue
		}
		op, rule, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch op {
		case "list", "view", "create", "update", "delete":
			if of == nil {
				continue
			}
			switch rule = strings.TrimSpace(rule); rule {
			case "nobody":
				of[op] = nil
			case "everybody":
				open := ""
				of[op] = &open
			default:
				of[op] = &rule
			}
		}
	}
	return rules
}
