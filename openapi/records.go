package openapi

import (
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"
)

// native describes the routes that PocketBase serves: those of every collection, and its own.
type native struct {
	*builder
	collections     map[string]string // names by id
	choices, hidden map[string]bool   // what rules may and may not name, see ruleText
}

// listParams are the query parameters of PocketBase's lists, viewParams those of one record.
type (
	viewParams struct {
		Expand string `query:"expand" description:"relations to add under expand, by comma"`
		Fields string `query:"fields" description:"only these fields, by comma; the answer then has no others, required or not"`
	}
	listParams struct {
		Page      int    `query:"page" minimum:"1" default:"1" description:"number of the page"`
		PerPage   int    `query:"perPage" minimum:"1" maximum:"100" default:"30" description:"rows on a page"`
		Sort      string `query:"sort" description:"fields, by comma, each with - to descend"`
		Filter    string `query:"filter" description:"a condition in PocketBase's filter language"`
		SkipTotal bool   `query:"skipTotal" description:"leave the totals uncounted; they are -1 then"`
		viewParams
	}
)

// waiting is the answer to somebody who joins and has to wait (accounts.Waits).
type waiting struct {
	WaitsFor string `json:"waits_for" enum:"approval,mail"`
	Message  string `json:"message"`
}

// addRecords describes the five routes of a collection's records, and how one signs in to it.
func (n *native) addRecords(c *core.Collection) {
	name, base := c.Name, "/api/collections/"+c.Name+"/records"
	r := Route{Status: http.StatusOK, Tag: name + " (records)", TagKo: name + " (레코드)"}
	record := n.recordSchemas(c)

	r.Method, r.Path, r.ID, r.In, r.Out = http.MethodGet, base, "list_"+name, listParams{}, ref("RecordList_"+name)
	r.Summary, r.SummaryKo, r.Errors = "List "+name, name+" 목록", []int{400, 403}
	n.record(r, c.ListRule)
	r.Path, r.ID, r.In, r.Out = base+"/{id}", "view_"+name, viewParams{}, record
	r.Summary, r.SummaryKo, r.Errors = "A record of "+name, name+" 보기", []int{400, 403, 404}
	n.record(r, c.ViewRule)
	if c.IsView() {
		return
	}
	r.Method, r.Path, r.ID = http.MethodPost, base, "create_"+name
	r.Summary, r.SummaryKo, r.Errors = "Create a record of "+name, name+" 만들기", []int{400, 403, 404, 413}
	if c.Name == "users" { // who may have to wait until they are let in
		r.Waits = waiting{}
	}
	n.body(n.record(r, c.CreateRule), c, true)
	r.Waits = nil
	r.Method, r.Path, r.ID = http.MethodPatch, base+"/{id}", "update_"+name
	r.Summary, r.SummaryKo = "Change a record of "+name, name+" 수정"
	n.body(n.record(r, c.UpdateRule), c, false)
	r.Method, r.ID, r.Status, r.In, r.Out = http.MethodDelete, "delete_"+name, http.StatusNoContent, nil, nil
	r.Summary, r.SummaryKo, r.Errors = "Delete a record of "+name, name+" 삭제", []int{400, 403, 404}
	n.record(r, c.DeleteRule)
	if c.IsAuth() {
		n.addSignIn(c, r)
	}
}

// record adds one route and says whom the rule lets call it.
func (n *native) record(r Route, rule *string) *Operation {
	op := n.add(r)
	op.Description = n.who(rule)
	if rule == nil {
		op.Security = []Security{{bearer: {}}}
	}
	return op
}

// recordSchemas adds the shape of a record and of a list of them, and returns the record's.
// It is open: a superuser sees hidden fields as well.
func (n *native) recordSchemas(c *core.Collection) *Schema {
	record := &Schema{Type: "object"}
	record.property("collectionId", &Schema{Type: "string", Const: c.Id}, true)
	record.property("collectionName", &Schema{Type: "string", Const: c.Name}, true)
	for _, f := range c.Fields {
		ownerOnly := slices.Contains(n.o.OwnerOnly[c.Name], f.GetName())
		if f.GetHidden() && !ownerOnly {
			continue
		}
		schema := n.shown(f)
		if ownerOnly {
			schema.Description = n.say("for its owner alone", "본인에게만 보임")
		}
		byChoice := c.IsAuth() && f.GetName() == core.FieldNameEmail // shown as emailVisibility says
		record.property(f.GetName(), schema, !ownerOnly && !byChoice)
	}
	record.property("expand", &Schema{Type: "object", Description: n.say("the relations asked for with ?expand=", "?expand=로 요청한 관계")}, false)
	n.schemas.Set("Record_"+c.Name, record)

	list := object()
	for _, number := range []string{"page", "perPage", "totalItems", "totalPages"} {
		list.property(number, &Schema{Type: "integer"}, true)
	}
	list.property("items", &Schema{Type: "array", Items: ref("Record_" + c.Name)}, true)
	n.schemas.Set("RecordList_"+c.Name, list)
	return ref("Record_" + c.Name)
}

// body says what creating or changing a record takes: JSON, and multipart where it has files.
func (n *native) body(op *Operation, c *core.Collection, creates bool) {
	form, multipart, files := &Schema{Type: "object"}, &Schema{Type: "object"}, false
	fields, required := n.sent(c, creates)
	for _, f := range fields {
		must := slices.Contains(required, f.GetName())
		schema := n.taken(f)
		multipart.property(f.GetName(), schema, must)
		if _, is := f.(*core.FileField); is {
			files = true
			continue
		}
		form.property(f.GetName(), schema, must)
		if f.GetName() == core.FieldNamePassword {
			for _, s := range []*Schema{form, multipart} {
				n.passwords(s, creates)
			}
		}
	}
	if len(fields) > 0 {
		n.refuse(op, []int{http.StatusBadRequest}, fields[0].GetName())
	}
	op.Body = &Body{Required: len(form.Required) > 0}
	if !files || len(form.Required) == len(multipart.Required) {
		op.Body.Content.Set(jsonType, Media{Schema: form})
	}
	if files {
		op.Body.Required = op.Body.Required || len(multipart.Required) > 0
		op.Body.Content.Set(multipartType, Media{Schema: multipart})
		n.refuse(op, []int{http.StatusUnsupportedMediaType, http.StatusInsufficientStorage}, "")
	}
}

// passwords adds what must come with a new password.
func (n *native) passwords(s *Schema, creates bool) {
	s.property("passwordConfirm", &Schema{Type: "string", Format: "password"}, creates)
	if !creates {
		s.property("oldPassword", &Schema{Type: "string", Format: "password", Description: n.say("with a new password", "새 비밀번호와 함께")}, false)
	}
}
