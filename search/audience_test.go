package search

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Nobody finds, counts or sees in a facet what they may not read.
func TestAudience(t *testing.T) {
	ix := openTest(t, t.TempDir())
	var docs []Document
	for _, author := range []string{"ada", "bob"} {
		for _, visibility := range []string{"public", "followers", "private", "unknown"} {
			d := post(author+"-"+visibility, "글")
			d.AuthorID, d.AuthorUsername, d.Visibility = author, author, visibility
			d.Tags = []string{d.ID}
			docs = append(docs, d)
		}
		hidden := post(author+"-hidden", "글")
		hidden.AuthorID, hidden.AuthorUsername, hidden.Hidden, hidden.Tags = author, author, true, []string{author + "-hidden"}
		draft := post(author+"-draft", "글")
		draft.AuthorID, draft.Status = author, "draft"
		docs = append(docs, hidden, draft)
	}
	put(t, ix, docs...)

	everything := "ada-public ada-followers ada-private ada-unknown ada-hidden bob-public bob-followers bob-private bob-unknown bob-hidden"
	for _, c := range []struct {
		who  string
		aud  Audience
		want string
	}{
		{"a stranger", Audience{}, "ada-public bob-public"},
		{"another person", Audience{UserID: "cleo"}, "ada-public bob-public"},
		{"a follower of ada", Audience{UserID: "cleo", Following: []string{"ada"}}, "ada-public ada-followers bob-public"},
		{"a follower whom ada blocked", Audience{UserID: "cleo", Following: []string{"ada"}, BlockedBy: []string{"ada"}}, "bob-public"},
		{"a follower who muted ada", Audience{UserID: "cleo", Following: []string{"ada"}, Hide: []string{"ada"}}, "bob-public"},
		{"ada", Audience{UserID: "ada"}, "ada-public ada-followers ada-private ada-unknown ada-hidden bob-public"},
		{"staff", Audience{UserID: "mo", Staff: true}, everything},
		{"staff blocked by ada", Audience{UserID: "mo", Staff: true, BlockedBy: []string{"ada"}}, everything},
		{"staff who muted ada", Audience{UserID: "mo", Staff: true, Hide: []string{"ada"}}, "bob-public bob-followers bob-private bob-unknown bob-hidden"},
	} {
		want := strings.Fields(c.want)
		for _, query := range []string{"글", "author:ada OR author:bob", "글 -없는말", "글 OR 없는말", `"글"`} {
			r := ask(t, ix, Request{Query: query, Viewer: c.aud, Facets: true, Size: 1})
			all := ask(t, ix, Request{Query: query, Viewer: c.aud, Size: maxSize})
			wantIDs(t, c.who+" "+query, idsOf(all), want...)
			if r.Total != len(want) {
				t.Errorf("%s %s: total %d, want %d", c.who, query, r.Total, len(want))
			}
			for _, tag := range r.Facets.Tags {
				if !slices.Contains(want, tag.Value) {
					t.Errorf("%s %s: facet tells of %s", c.who, query, tag.Value)
				}
			}
		}
		ids, err := ix.IDs(context.Background(), "글", c.aud, 0)
		if err != nil || len(ids) != len(want) {
			t.Errorf("%s: ids %v, %v", c.who, ids, err)
		}
	}
}

func TestChangedVisibilityIsInForceAtOnce(t *testing.T) {
	ix := openTest(t, t.TempDir())
	d := post("1", "글")
	put(t, ix, d)
	for _, change := range []func(*Document){
		func(d *Document) { d.Hidden = true },
		func(d *Document) { d.Visibility = "private" },
		func(d *Document) { d.Status = "draft" },
	} {
		changed := d
		change(&changed)
		put(t, ix, changed)
		wantIDs(t, fmt.Sprintf("%+v", changed), found(t, ix, "글"))
		put(t, ix, d)
		wantIDs(t, "as before", found(t, ix, "글"), "1")
	}
}

func TestManyFollowedAuthors(t *testing.T) {
	ix := openTest(t, t.TempDir())
	d := post("1", "글")
	d.Visibility, d.AuthorID = "followers", "author-4999"
	put(t, ix, d)
	aud := Audience{UserID: "me"}
	for i := range 5000 {
		aud.Following = append(aud.Following, fmt.Sprintf("author-%d", i))
	}
	wantIDs(t, "5,000 followed", idsOf(ask(t, ix, Request{Query: "글", Viewer: aud})), "1")
}

// An answer is the same to the last digit of its scores whatever is in texts that the viewer may not read.
func TestAnswersTellNothingOfPrivateTexts(t *testing.T) {
	public := []Document{post("1", "고양이 사진"), post("2", "고양이 그림"), post("3", "강아지 사진"), post("4", "sacred place"), post("5", "길고양이 secrets")}
	for i := range public {
		public[i].CreatedAt = public[i].CreatedAt.Add(time.Duration(i) * time.Hour)
	}
	var private []Document
	for i, title := range []string{"비밀단어 고양이", "고양이 고양이 사진", "secret place", "secrit", "sacret", "길의 고양", "꽃놀이"} {
		d := post(fmt.Sprintf("p%d", i), title)
		d.AuthorID, d.Visibility = "bob", []string{"private", "followers"}[i%2]
		private = append(private, d)
	}
	without, with := openTest(t, t.TempDir()), openTest(t, t.TempDir())
	put(t, without, public...)
	put(t, with, append(private, public...)...)
	for _, query := range []string{"고양이", "고양이 비밀단어", "고양이 사진", "비밀단어", "secrit", "secrit place", "고양이 secrt", "길고양이", "꽃", "진", `"고양이 사진"`, "강아지 -비밀단어", "비밀단오"} {
		for _, viewer := range []Audience{{}, {UserID: "cleo"}, {UserID: "cleo", Following: []string{"bob"}, BlockedBy: []string{"bob"}}} {
			req := Request{Query: query, Viewer: viewer, Highlight: true, Facets: true}
			if want, got := ask(t, without, req), ask(t, with, req); !reflect.DeepEqual(want, got) {
				t.Errorf("%s for %+v: private texts make a difference:\n%+v\n%+v", query, viewer, want, got)
			}
		}
		own := ask(t, with, Request{Query: query, Viewer: Audience{UserID: "bob"}})
		if all := ask(t, with, Request{Query: query, Viewer: Audience{UserID: "mo", Staff: true}}); all.Total < own.Total {
			t.Errorf("%s: staff find %d, the author %d", query, all.Total, own.Total)
		}
	}
}

// Nor what is in texts that everybody may read but who asks, since their author blocked or was muted by them.
func TestAnswersTellNothingOfWhomOneIsBarredFrom(t *testing.T) {
	open := []Document{post("1", "고양이 사진"), post("2", "고양이 그림"), post("3", "강아지 사진"), post("4", "sacred place"), post("5", "길고양이 secrets")}
	for i := range open {
		open[i].CreatedAt = open[i].CreatedAt.Add(time.Duration(i) * time.Hour)
	}
	var barred []Document
	for i, title := range []string{"비밀단어 고양이", "고양이 고양이 사진", "secret place", "secrit", "길의 고양", "꽃놀이"} {
		d := post(fmt.Sprintf("b%d", i), title)
		d.AuthorID, d.AuthorUsername = "bob", "bob"
		if i%2 == 1 { // a comment of somebody else
			d.Kind, d.AuthorID, d.OwnerID = KindComment, "cem", "bob"
		}
		barred = append(barred, d)
	}
	without, with := openTest(t, t.TempDir()), openTest(t, t.TempDir())
	put(t, without, open...)
	put(t, with, append(barred, open...)...)
	for _, query := range []string{"고양이", "고양이 비밀단어", "고양이 사진", "비밀단어", "secrit place", "고양이 secrt", "길고양이", "꽃", "비밀단오", "고양이 type:comments"} {
		for _, viewer := range []Audience{{UserID: "cleo", BlockedBy: []string{"bob"}}, {UserID: "cleo", Hide: []string{"dan", "bob"}}} {
			req := Request{Query: query, Viewer: viewer, Highlight: true, Facets: true}
			if want, got := ask(t, without, req), ask(t, with, req); !reflect.DeepEqual(want, got) {
				t.Errorf("%s for %+v: it makes a difference:\n%+v\n%+v", query, viewer, want, got)
			}
		}
	}
}
