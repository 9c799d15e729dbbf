package ui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// talkState is what comments on a page depend on: whose post it is, and what was said and refused.
type talkState struct {
	author        string // of the post
	staff         bool
	at            string // the comment replied to or edited; "" for a comment on the post
	editing       bool
	text, problem string
	alone         bool // the page is one thread
}

func (t talkState) on(e *core.RequestEvent, post *present.PostDetail) talkState {
	t.author, t.staff = post.Author.ID, signedIn(e) && collections.ViewerOf(e.Auth).IsStaff()
	return t
}

// talk is a comment with the page it stands on.
type talk struct {
	Page              *page
	It                present.Comment
	MayDelete, Alone  bool
	Replying, Editing bool // that form stands open: what was sent was refused
}

func talkOf(p *page, c present.Comment) talk {
	t := talk{Page: p, It: c, Alone: p.Talk.alone}
	t.MayDelete = p.Me != nil && (p.Me.ID == c.Author.ID || p.Me.ID == p.Talk.author || p.Talk.staff)
	if p.Talk.problem != "" && p.Talk.at == c.ID {
		t.Editing, t.Replying = p.Talk.editing, !p.Talk.editing
	}
	return t
}

// saybox is where one writes a comment.
type saybox struct{ ID, Label, Text, Problem string }

// sayBox is the box for a comment on the post, or with at for a reply to that comment.
func sayBox(p *page, at, label string) saybox {
	box := saybox{ID: "new" + at, Label: label}
	if p.Talk.at == at && !p.Talk.editing {
		box.Text, box.Problem = p.Talk.text, p.Talk.problem
	}
	return box
}

func editBox(t talk, label string) saybox {
	box := saybox{ID: "edit" + t.It.ID, Label: label, Text: t.It.Content}
	if t.Editing {
		box.Text, box.Problem = t.Page.Talk.text, t.Page.Talk.problem
	}
	return box
}

// sayComment answers POST /posts/{id}/comments: a comment, or with parent a reply.
func (s *Site) sayComment(e *core.RequestEvent) error {
	post, parent := e.Request.PathValue("id"), e.Request.PostFormValue("parent")
	content := e.Request.PostFormValue("content")
	said, err := ask[present.Comment](e, s.do.Comment, post, map[string]string{"content": content, "parent": parent})
	if err == nil {
		return s.backToTalk(e, said)
	}
	return s.refuseTalk(e, err, talkState{at: parent, text: content}, post)
}

// refuseTalk shows the page again with what was said and why it was refused.
func (s *Site) refuseTalk(e *core.RequestEvent, err error, said talkState, post string) error {
	var f form
	if err := f.refuse(e, err, "content"); err != nil {
		return err
	}
	said.problem = strings.TrimSpace(f.Problem("content") + " " + f.Message)
	if said.at != "" {
		return s.showThread(e, said.at, http.StatusBadRequest, said)
	}
	detail, err := s.do.Look(e, post)
	if err != nil {
		return present.Failure(err)
	}
	return s.showPost(e, detail, http.StatusBadRequest, said)
}

// backToTalk leads to where a new comment stands: the last page of the comments, or for a
// reply its thread, unless it is among the first ones, which stand under their comment.
func (s *Site) backToTalk(e *core.RequestEvent, said present.Comment) error {
	if said.Parent == "" {
		list, err := ask[present.List[present.Comment]](e, s.do.Comments, said.Post, nil)
		if err != nil {
			return err
		}
		return e.Redirect(http.StatusSeeOther, withQuery("/posts/"+said.Post, lastPage(list))+"#c-"+said.ID)
	}
	top, err := s.comment(e, said.Parent)
	if err != nil {
		return err
	}
	for _, shown := range top.Replies {
		if shown.ID == said.ID {
			return e.Redirect(http.StatusSeeOther, backOf(e)+"#c-"+said.ID)
		}
	}
	list, err := ask[present.List[present.Comment]](e, s.do.Replies, said.Parent, nil)
	if err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, withQuery("/comments/"+said.Parent, lastPage(list))+"#c-"+said.ID)
}

// lastPage is the query of a list's last page, "" when it has one page only.
func lastPage(list present.List[present.Comment]) string {
	if list.Count == nil || *list.Count <= present.DefaultPageSize {
		return ""
	}
	return "page=" + strconv.Itoa((*list.Count+present.DefaultPageSize-1)/present.DefaultPageSize)
}

// comment is one comment as the caller sees it; that they see its post is for the caller to know.
func (s *Site) comment(e *core.RequestEvent, id string) (present.Comment, error) {
	v := collections.ViewerOf(e.Auth)
	found, err := present.Comments(e.App, v, present.CommentQuery(e.App, v).AndWhere(dbx.HashExp{"comments.id": id}))
	if err != nil {
		return present.Comment{}, present.Failure(err)
	}
	if len(found) == 0 {
		return present.Comment{}, present.NotFound()
	}
	return found[0], nil
}

type threadMain struct {
	Post    *present.PostDetail
	Top     present.Comment
	Replies present.List[present.Comment]
}

// thread answers GET /comments/{id}: a comment with all its replies.
func (s *Site) thread(e *core.RequestEvent) error {
	return s.showThread(e, e.Request.PathValue("id"), http.StatusOK, talkState{})
}

func (s *Site) showThread(e *core.RequestEvent, id string, status int, said talkState) error {
	top, err := s.comment(e, id)
	if err != nil {
		return err
	}
	if top.Parent != "" { // a reply is shown in the thread that it stands in
		if top, err = s.comment(e, top.Parent); err != nil {
			return err
		}
	}
	main := threadMain{Top: top}
	if main.Post, err = s.do.Look(e, top.Post); err != nil { // and who may not see the post sees no comment
		return present.Failure(err)
	}
	if main.Replies, err = ask[present.List[present.Comment]](e, s.do.Replies, top.ID, nil); err != nil {
		return err
	}
	main.Top.Replies = nil
	p := s.page(e, "", i18n.T(langOf(e), "comment.thread", main.Post.Title), main)
	said.alone = true
	p.Talk = said.on(e, main.Post)
	return s.show(e, status, "thread", p)
}

// editComment answers POST /comments/{id}/edit.
func (s *Site) editComment(e *core.RequestEvent) error {
	id, content := e.Request.PathValue("id"), e.Request.PostFormValue("content")
	if err := tell(e, s.do.EditComment, id, map[string]string{"content": content}); err != nil {
		return s.refuseTalk(e, err, talkState{at: id, editing: true, text: content}, "")
	}
	return e.Redirect(http.StatusSeeOther, backOf(e)+"#c-"+id)
}

// deleteComment answers POST /comments/{id}/delete.
func (s *Site) deleteComment(e *core.RequestEvent) error {
	id := e.Request.PathValue("id")
	c, err := s.comment(e, id)
	if err != nil {
		return err
	}
	if err := tell(e, s.do.DeleteComment, id, nothing{}); err != nil {
		return err
	}
	back := backOf(e)
	if strings.HasPrefix(back, "/comments/"+id) { // that page is gone
		back = "/posts/" + c.Post
	}
	return e.Redirect(http.StatusSeeOther, back+"#comments")
}
