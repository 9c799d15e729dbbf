package openapi

import (
	"regexp"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// ruleToken is a string, a comment or a word of an access rule.
var ruleToken = regexp.MustCompile(`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|//[^\n]*|[@\w.:+-]+`)

// mask stands for what strangers need not read of a rule.
const mask = "…"

// ruleText shows an access rule to everybody. Literals can be secrets (PocketBase's rules may
// compare a header with one), so only those stay that the document names anyway: the choices
// of select fields, the empty string, true, false and null. Hidden fields are masked too.
func (n *native) ruleText(rule string) string {
	text := ruleToken.ReplaceAllStringFunc(rule, func(token string) string {
		switch first := token[0]; {
		case first == '"' || first == '\'':
			if value := token[1 : len(token)-1]; value != "" && !n.choices[value] {
				return string(first) + mask + string(first)
			}
		case first == '/':
			return ""
		case first >= '0' && first <= '9' || first == '-' || first == '+':
			return mask
		case n.hides(token):
			return mask
		}
		return token
	})
	return strings.Join(strings.Fields(text), " ")
}

// hides reports whether a path of fields leads through a hidden one.
func (n *native) hides(path string) bool {
	path = strings.TrimPrefix(path, "@request.auth.") // who asks, no field of that name
	for _, step := range strings.Split(path, ".") {
		name, _, _ := strings.Cut(step, ":")
		if n.hidden[name] {
			return true
		}
	}
	return false
}

// learn notes what the rules of the collections may and may not name.
func (n *native) learn(collections []*core.Collection) {
	n.choices, n.hidden, n.collections = map[string]bool{}, map[string]bool{}, map[string]string{}
	shown := map[string]bool{}
	for _, c := range collections {
		n.collections[c.Id] = c.Name
		for _, f := range c.Fields {
			if choice, is := f.(*core.SelectField); is && !f.GetHidden() && !c.System {
				for _, v := range choice.Values {
					n.choices[v] = true
				}
			}
			if f.GetHidden() {
				n.hidden[f.GetName()] = true
			} else if !c.System {
				shown[f.GetName()] = true
			}
		}
	}
	for name := range shown { // a name that the document says elsewhere
		delete(n.hidden, name)
	}
}

// who says whom an access rule lets in: nil nobody but superusers, "" everybody.
func (n *native) who(rule *string) string {
	switch {
	case rule == nil:
		return n.say("Superusers only.", "최고 관리자만 사용할 수 있습니다.")
	case *rule == "":
		return n.say("Open to everybody.", "누구나 사용할 수 있습니다.")
	}
	return n.say("As far as the collection's rule allows:", "컬렉션의 규칙이 허용하는 만큼 사용할 수 있습니다.") + " `" + n.ruleText(*rule) + "`"
}
