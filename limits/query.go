package limits

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ganigeorgiev/fexpr"
	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// What a client that is no superuser may ask of PocketBase's own lists. One request with
// 150 conditions would keep every core busy for half a minute.
const (
	maxQueryText   = 500 // characters of a filter, a sort, an expand
	maxFieldsText  = 1000
	maxComparisons = 10 // in a filter
	maxContains    = 4  // of them ~ and !~, which read every row
	maxDepth       = 3  // brackets in brackets
	maxRelations   = 2  // steps from the record to the field or record meant
	maxSorts       = 4
	maxExpands     = 6
	maxPerPage     = 100
)

// Query is the middleware that bounds what clients ask of PocketBase's own routes. A page
// that is too large is made smaller, as on our routes; PocketBase's SDKs go by what the
// answer says.
func (s *Service) Query(e *core.RequestEvent) error {
	_, path, _ := strings.Cut(e.Request.Pattern, " ")
	if e.HasSuperuserAuth() || !strings.HasPrefix(path, "/api/collections/{collection}/") {
		return e.Next()
	}
	query := e.Request.URL.Query()
	if problem := s.checkQuery(query); problem != nil {
		return invalid(problem.parameter, problem.reason)
	}
	if n, err := strconv.Atoi(query.Get("perPage")); err == nil && n > maxPerPage {
		query.Set("perPage", strconv.Itoa(maxPerPage))
		e.Request.URL.RawQuery = query.Encode()
	}
	return e.Next()
}

// reason is why a query is refused: a code and a sentence.
type reason struct{ code, message string }

var (
	tooCostly  = reason{"validation_too_costly", "Is too long or asks for too much."}
	notAllowed = reason{"validation_not_allowed", "Names what can't be used here."}
)

// TooCostly is the 400 that names the parameter by which a request costs more than its caller may.
func TooCostly(parameter string) error { return invalid(parameter, tooCostly) }

type queryProblem struct {
	parameter string
	reason    reason
}

func invalid(field string, why reason) error { return present.Invalid(field, why.code, why.message) }

// checkQuery is nil for a query that may be asked, else what is wrong with it. What isn't
// well formed passes: PocketBase refuses it.
func (s *Service) checkQuery(query url.Values) *queryProblem {
	for parameter, check := range map[string]func(string) *reason{
		"filter": s.checkFilter, "sort": s.checkSort, "expand": checkExpand, "fields": checkFields,
	} {
		for _, value := range query[parameter] {
			if why := check(value); why != nil {
				return &queryProblem{parameter, *why}
			}
		}
	}
	return nil
}

func (s *Service) checkFilter(filter string) *reason {
	if utf8.RuneCountInString(filter) > maxQueryText {
		return &tooCostly
	}
	groups, err := fexpr.Parse(filter)
	if err != nil {
		return nil //nolint:nilerr // PocketBase parses it with the same parser and says so
	}
	return s.checkGroups(groups, &cost{}, 1)
}

// cost is what a filter has cost so far.
type cost struct{ comparisons, contains int }

func (s *Service) checkGroups(groups []fexpr.ExprGroup, c *cost, depth int) *reason {
	if depth > maxDepth {
		return &tooCostly
	}
	for _, g := range groups {
		var why *reason
		switch item := g.Item.(type) {
		case fexpr.Expr:
			why = s.checkComparison(item, c)
		case fexpr.ExprGroup:
			why = s.checkGroups([]fexpr.ExprGroup{item}, c, depth+1)
		case []fexpr.ExprGroup:
			why = s.checkGroups(item, c, depth+1)
		}
		if why != nil {
			return why
		}
	}
	return nil
}

func (s *Service) checkComparison(x fexpr.Expr, c *cost) *reason {
	if c.comparisons++; strings.Contains(string(x.Op), "~") {
		c.contains++
	}
	if c.comparisons > maxComparisons || c.contains > maxContains {
		return &tooCostly
	}
	return s.checkTokens(x.Left, x.Right)
}

func (s *Service) checkTokens(tokens ...fexpr.Token) *reason {
	for _, t := range tokens {
		switch t.Type {
		case fexpr.TokenIdentifier:
			if why := s.checkField(t.Literal); why != nil {
				return why
			}
		case fexpr.TokenFunction:
			arguments, _ := t.Meta.([]fexpr.Token)
			if why := s.checkTokens(arguments...); why != nil {
				return why
			}
		}
	}
	return nil
}

// checkField looks at a field as filters and sorts name it, e.g. author.username:lower.
func (s *Service) checkField(path string) *reason {
	steps := strings.Split(path, ".")
	if len(steps) > maxRelations+1 {
		return &tooCostly
	}
	for i, step := range steps {
		name, _, _ := strings.Cut(step, ":")
		hidden := slices.ContainsFunc(s.Private, func(private string) bool { return strings.EqualFold(private, name) })
		if hidden || strings.Contains(name, "_via_") || i == 0 && slices.Contains([]string{"@request", "@collection", "@random"}, strings.ToLower(name)) {
			return &notAllowed
		}
	}
	return nil
}

func (s *Service) checkSort(sort string) *reason {
	fields := strings.Split(sort, ",")
	if utf8.RuneCountInString(sort) > maxQueryText || len(fields) > maxSorts {
		return &tooCostly
	}
	for _, field := range fields {
		if why := s.checkField(strings.TrimLeft(strings.TrimSpace(field), "+- ")); why != nil {
			return why
		}
	}
	return nil
}

func checkExpand(expand string) *reason {
	paths := strings.Split(expand, ",")
	if utf8.RuneCountInString(expand) > maxQueryText || len(paths) > maxExpands {
		return &tooCostly
	}
	for _, path := range paths {
		if strings.Count(path, ".")+1 > maxRelations {
			return &tooCostly
		}
		if strings.Contains(path, "_via_") || strings.Contains(path, "(") { // the brackets are an older spelling of it
			return &notAllowed
		}
	}
	return nil
}

func checkFields(fields string) *reason {
	if utf8.RuneCountInString(fields) > maxFieldsText {
		return &tooCostly
	}
	return nil
}
