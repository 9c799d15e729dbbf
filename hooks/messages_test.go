package hooks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

// friends are two people who follow each other.
func friends(app *testapp.App, one, other string) (string, string) {
	join(app, one)
	join(app, other)
	befriend(app, one, other)
	return one, other
}

func befriend(app *testapp.App, one, other string) {
	app.POST(one, "/api/users/@"+other+"/follow", nil)
	app.POST(other, "/api/users/@"+one+"/follow", nil)
}

// write sends a message and returns its answer.
func write(app *testapp.App, from, to, content string) *testapp.Answer {
	return app.POST(from, "/api/conversations/@"+to+"/messages", map[string]any{"content": content})
}

// heardBy are the texts that somebody reads of a conversation, the newest first.
func heardBy(app *testapp.App, who, other string) []string {
	texts := []string{}
	for _, m := range app.GET(who, "/api/conversations/@"+other+"/messages").Want(http.StatusOK).Results() {
		text, _ := m["content"].(string)
		if m["is_deleted"] == true {
			text = "(deleted)"
		}
		texts = append(texts, text)
	}
	return texts
}

func TestTwoPeopleWriteToEachOther(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	app.POST("", "/api/conversations/@ben/messages", map[string]any{"content": "x"}).Want(http.StatusUnauthorized)
	app.GET(ann, "/api/conversations/@ben").Want(http.StatusNotFound)
	first := write(app, ann, ben, "  안녕하세요 ").Want(http.StatusCreated)
	if first.String("content") != "안녕하세요" || first.String("author", "username") != ann || first.Get("is_deleted") != false {
		t.Errorf("sent: %s", first.Body)
	}
	app.POST(ann, "/api/conversations/@ben/messages", map[string]any{"content": " \n "}).Want(http.StatusBadRequest).WantCode("content", "validation_required")
	app.POST(ann, "/api/conversations/@ben/messages", map[string]any{"content": strings.Repeat("가", 2001)}).Want(http.StatusBadRequest).WantCode("content", "validation_max_text_constraint")
	write(app, ann, ann, "to myself").Want(http.StatusBadRequest)
	write(app, ann, "nobody.at.all", "x").Want(http.StatusNotFound)

	list := app.GET(ben, "/api/conversations").Want(http.StatusOK)
	one := list.Results()[0]
	if list.Int("unread_count") != 1 || len(list.Results()) != 1 || one["unread_count"] != 1.0 || one["may_write"] != true ||
		one["last_message"].(map[string]any)["content"] != "안녕하세요" || one["with"].(map[string]any)["username"] != ann {
		t.Errorf("ben's list: %s", list.Body)
	}
	id, _ := one["id"].(string)
	if marks := app.POST(ben, "/api/conversations/"+id+"/read", nil).Want(http.StatusOK); marks.Int("unread_count") != 0 || marks.Int("read_to") != 1 || marks.Int("their_read_to") != 1 {
		t.Errorf("marks: %s", marks.Body)
	}
	if marks := app.POST(ben, "/api/conversations/"+id+"/read", map[string]any{"to": 0}).Want(http.StatusOK); marks.Int("read_to") != 1 {
		t.Errorf("a mark went back: %s", marks.Body)
	}
	if marks := app.POST(ben, "/api/conversations/"+id+"/read", map[string]any{"to": 99}).Want(http.StatusOK); marks.Int("read_to") != 1 {
		t.Errorf("a mark went too far: %s", marks.Body)
	}
	if seen := app.GET(ann, "/api/conversations/"+id).Want(http.StatusOK); seen.Int("their_read_to") != 1 {
		t.Errorf("ann doesn't see that ben read: %s", seen.Body)
	}
	write(app, ben, ann, "잘 지내요?").Want(http.StatusCreated)
	if got, want := heardBy(app, ann, ben), []string{"잘 지내요?", "안녕하세요"}; !slices.Equal(got, want) {
		t.Errorf("ann reads %v", got)
	}
	app.GET(testapp.Minji, "/api/conversations/"+id).Want(http.StatusNotFound)
	app.GET(testapp.Sora, "/api/conversations/"+id+"/messages").Want(http.StatusNotFound)
	exact(t, app)
}

func TestAMessageSentAgainIsTheSame(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	join(app, "cho")
	befriend(app, ann, "cho")
	body := map[string]any{"content": "once", "key": "k1"}
	first := app.POST(ann, "/api/conversations/@ben/messages", body).Want(http.StatusCreated)
	if again := app.POST(ann, "/api/conversations/@ben/messages", body).Want(http.StatusOK); again.String("id") != first.String("id") {
		t.Errorf("again: %s", again.Body)
	}
	native := app.POST(ann, "/api/collections/messages/records", map[string]any{"recipient": person(t, app, ben).Id, "content": "once", "key": "k1"}).Want(http.StatusOK)
	if native.String("id") != first.String("id") {
		t.Errorf("again on the native surface: %s", native.Body)
	}
	app.POST(ann, "/api/conversations/@cho/messages", body).Want(http.StatusBadRequest).WantCode("key", "validation_not_unique")
	app.POST(ben, "/api/conversations/@ann/messages", body).Want(http.StatusCreated) // keys are each one's own
	if got := heardBy(app, ben, ann); len(got) != 2 {
		t.Errorf("ben reads %v", got)
	}
}

func TestWhoMayWrite(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	join(app, "fan")
	app.POST("fan", "/api/users/@ann/follow", nil)
	write(app, "fan", ann, "x").Want(http.StatusForbidden)
	write(app, ann, "fan", "x").Want(http.StatusForbidden)
	app.POST("fan", "/api/conversations", map[string]any{"user": "@ann"}).Want(http.StatusForbidden)
	if n, err := app.CountRecords(collections.Conversations); n != 0 || err != nil {
		t.Errorf("a refused message made %d conversations, %v", n, err)
	}
	write(app, ann, ben, "hello").Want(http.StatusCreated)

	app.Do(ben, http.MethodDelete, "/api/users/@ann/follow", nil)
	refused := write(app, ann, ben, "still there?").Want(http.StatusForbidden)
	if !strings.Contains(refused.Body.String(), "follow each other") {
		t.Errorf("why: %s", refused.Body)
	}
	if got := heardBy(app, ann, ben); !slices.Equal(got, []string{"hello"}) {
		t.Errorf("what was written before: %v", got)
	}
	if one := app.GET(ann, "/api/conversations/@ben").Want(http.StatusOK); one.Get("may_write") != false {
		t.Errorf("may write: %s", one.Body)
	}
	app.POST(ann, "/api/conversations/@ben/typing", nil).Want(http.StatusForbidden)
	befriend(app, ann, ben)

	app.Do(ben, http.MethodPatch, "/api/auth/profile", map[string]any{"messages_from": "nobody"}).Want(http.StatusOK)
	write(app, ann, ben, "x").Want(http.StatusForbidden)
	write(app, ben, ann, "x").Want(http.StatusForbidden)
	if one := app.GET(ann, "/api/conversations/@ben").Want(http.StatusOK); one.Get("may_write") != false {
		t.Errorf("may write: %s", one.Body)
	}
	if me := app.GET(ben, "/api/users/me"); me.String("messages_from") != "nobody" {
		t.Errorf("ben sees: %s", me.Body)
	}
	if app.GET(ann, "/api/users/@ben").Get("messages_from") != nil {
		t.Error("ann sees whom ben lets write")
	}
	app.Do(ben, http.MethodPatch, "/api/auth/profile", map[string]any{"messages_from": "everybody"}).Want(http.StatusBadRequest)
	app.Do(ben, http.MethodPatch, "/api/auth/profile", map[string]any{"messages_from": "mutual"}).Want(http.StatusOK)

	app.POST(ben, "/api/users/@ann/block", nil).Want(http.StatusCreated)
	for _, who := range [][2]string{{ann, ben}, {ben, ann}} {
		write(app, who[0], who[1], "x").Want(http.StatusNotFound)
		app.GET(who[0], "/api/conversations/@"+who[1]).Want(http.StatusNotFound)
		app.GET(who[0], "/api/conversations/@"+who[1]+"/messages").Want(http.StatusNotFound)
		if list := app.GET(who[0], "/api/conversations"); len(list.Results()) != 0 || list.Int("unread_count") != 0 {
			t.Errorf("%s still has: %s", who[0], list.Body)
		}
		for _, name := range []string{"messages", "conversations", "participants"} {
			if native := app.GET(who[0], "/api/collections/"+name+"/records"); native.Int("totalItems") != 0 {
				t.Errorf("%s still sees %s: %s", who[0], name, native.Body)
			}
		}
	}
	app.Do(ben, http.MethodDelete, "/api/users/@ann/block", nil)
	if got := heardBy(app, ann, ben); !slices.Equal(got, []string{"hello"}) {
		t.Errorf("unblocked: %v", got)
	}
	exact(t, app)
}

// TestMessagesOnBothSurfaces: what PocketBase's own routes do obeys the same rules.
func TestMessagesOnBothSurfaces(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	join(app, "fan")
	native := "/api/collections/messages/records"
	to := person(t, app, ben).Id
	sent := app.POST(ann, native, map[string]any{"recipient": to, "content": "natively", "number": 99, "is_hidden": true, "author": person(t, app, ann).Id}).Want(http.StatusOK)
	if sent.Int("number") != 1 || sent.Get("is_hidden") != false || sent.Get("key") != nil {
		t.Errorf("natively: %s", sent.Body)
	}
	app.POST("fan", native, map[string]any{"recipient": to, "content": "x"}).Want(http.StatusForbidden)
	app.POST("fan", native, map[string]any{"recipient": to, "content": "x", "author": person(t, app, ann).Id}).Want(http.StatusBadRequest)
	app.POST("", native, map[string]any{"recipient": to, "content": "x"}).Want(http.StatusBadRequest)
	write(app, ben, ann, "answer").Want(http.StatusCreated)
	for who, want := range map[string]int{ann: 2, ben: 2, "fan": 0, testapp.Sora: 0, testapp.Grace: 0, "": 0} {
		for name, n := range map[string]int{"messages": want, "conversations": want / 2, "participants": want} {
			if list := app.GET(who, "/api/collections/"+name+"/records").Want(http.StatusOK); list.Int("totalItems") != n {
				t.Errorf("%q sees %s, want %d", who, list.Body, n)
			}
		}
	}
	id := sent.String("id")
	app.Do(ben, http.MethodPatch, native+"/"+id, map[string]any{"content": "changed"}).Want(http.StatusForbidden)
	app.Do(ben, http.MethodDelete, native+"/"+id, nil).Want(http.StatusNotFound)

	// one's own row: the other sees how far one read, and nothing else
	rows := app.GET(ben, "/api/collections/participants/records?sort=created_at")
	for _, item := range rows.Get("items").([]any) {
		row := item.(map[string]any)
		path := "/api/collections/participants/records/" + row["id"].(string)
		if row["user"] != to {
			if _, shown := row["is_muted"]; shown || row["read_to"] != 1.0 {
				t.Errorf("ben sees of ann: %v", row)
			}
			app.Do(ben, http.MethodPatch, path, map[string]any{"is_muted": true}).Want(http.StatusNotFound)
			continue
		}
		changed := app.Do(ben, http.MethodPatch, path, map[string]any{"is_muted": true, "read_to": 50, "unread_count": 7, "user": person(t, app, ann).Id}).Want(http.StatusOK)
		if changed.Get("is_muted") != true || changed.Int("read_to") != 2 || changed.Int("unread_count") != 0 || changed.String("user") != to {
			t.Errorf("ben's own: %s", changed.Body)
		}
	}
	app.GET(ann, "/api/collections/participants/records?filter=is_muted=true").Want(http.StatusBadRequest)

	app.Do(ann, http.MethodDelete, native+"/"+id, nil).Want(http.StatusNoContent)
	if got := heardBy(app, ben, ann); !slices.Equal(got, []string{"answer", "(deleted)"}) {
		t.Errorf("ben reads %v", got)
	}
	if one := app.GET(ben, native+"/"+id).Want(http.StatusOK); one.String("content") != "" || one.Get("is_deleted") != true {
		t.Errorf("natively: %s", one.Body)
	}
	exact(t, app)
}

func TestTakingBackAndClearing(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	first := write(app, ann, ben, "one").Want(http.StatusCreated)
	write(app, ann, ben, "two").Want(http.StatusCreated)
	app.Do(ben, http.MethodDelete, "/api/messages/"+first.String("id"), nil).Want(http.StatusForbidden)
	app.Do(testapp.Minji, http.MethodDelete, "/api/messages/"+first.String("id"), nil).Want(http.StatusNotFound)
	app.Do(ann, http.MethodDelete, "/api/messages/"+first.String("id"), nil).Want(http.StatusNoContent)
	app.Do(ann, http.MethodDelete, "/api/messages/"+first.String("id"), nil).Want(http.StatusNotFound)
	if list := app.GET(ben, "/api/conversations"); list.Int("unread_count") != 1 {
		t.Errorf("what was taken back still counts: %s", list.Body)
	}
	// who slept since version 2 hears of the change
	caught := app.GET(ben, "/api/conversations/@ann/messages?since=2").Want(http.StatusOK).Results()
	if len(caught) != 1 || caught[0]["id"] != first.String("id") || caught[0]["is_deleted"] != true || caught[0]["version"] != 3.0 {
		t.Errorf("caught up: %v", caught)
	}
	app.GET(ben, "/api/conversations/@ann/messages?since=x").Want(http.StatusBadRequest)

	app.Do(ben, http.MethodDelete, "/api/conversations/@ann", nil).Want(http.StatusNoContent)
	if list := app.GET(ben, "/api/conversations"); len(list.Results()) != 0 || list.Int("unread_count") != 0 {
		t.Errorf("cleared: %s", list.Body)
	}
	if got := heardBy(app, ben, ann); len(got) != 0 {
		t.Errorf("cleared: %v", got)
	}
	if native := app.GET(ben, "/api/collections/messages/records"); native.Int("totalItems") != 0 {
		t.Errorf("cleared, natively: %s", native.Body)
	}
	if got := heardBy(app, ann, ben); len(got) != 2 {
		t.Errorf("ann has lost: %v", got)
	}
	write(app, ann, ben, "three").Want(http.StatusCreated)
	if list := app.GET(ben, "/api/conversations"); len(list.Results()) != 1 || list.Int("unread_count") != 1 {
		t.Errorf("written in again: %s", list.Body)
	}
	if got := heardBy(app, ben, ann); !slices.Equal(got, []string{"three"}) {
		t.Errorf("ben reads %v", got)
	}
	app.Do(ann, http.MethodDelete, "/api/conversations/@ben", nil).Want(http.StatusNoContent)
	run(t, app, "messages.sweep")
	if n, err := app.CountRecords(collections.Messages); n != 1 || err != nil {
		t.Errorf("%d messages are left that one of two has, %v", n, err)
	}
	exact(t, app)
}

func TestMediaOfAMessage(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	picture := upload(t, app, ann, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	theirs := upload(t, app, ben, "/api/media", "b.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	send := func(who, to string, media ...string) *testapp.Answer {
		return app.POST(who, "/api/conversations/@"+to+"/messages", map[string]any{"media": media})
	}
	send(ann, ben, theirs).Want(http.StatusBadRequest).WantCode("media", "validation_missing_rel_records")
	send(ann, ben, picture, picture).Want(http.StatusBadRequest).WantCode("media", "validation_missing_rel_records")
	send(ann, ben, "nosuch").Want(http.StatusBadRequest).WantCode("media", "validation_missing_rel_records")
	if n, err := app.CountRecords(collections.Messages); n != 0 || err != nil {
		t.Errorf("refused, and yet %d messages, %v", n, err)
	}
	sent := send(ann, ben, picture).Want(http.StatusCreated)
	send(ann, ben, picture).Want(http.StatusBadRequest).WantCode("media", "validation_missing_rel_records")
	app.Do(ann, http.MethodPatch, "/api/collections/media/records/"+picture, map[string]any{"post": post(app, ann, nil)}).Want(http.StatusBadRequest)
	url, _ := app.GET(ben, "/api/conversations/@ann/messages").Results()[0]["media"].([]any)[0].(map[string]any)["url"].(string)
	if !strings.Contains(url, "token=") {
		t.Errorf("a player can't have %s", url)
	}
	app.GET("", url).Want(http.StatusOK)
	for who, status := range map[string]int{ann: 200, ben: 200, testapp.Minji: 404, testapp.Sora: 404, "": 404} {
		app.GET(who, "/api/media/"+picture).Want(status)
		app.GET(who, "/api/media/"+picture+"/stream").Want(status)
		app.GET(who, "/api/collections/media/records/"+picture).Want(status)
	}
	// natively, too
	native := app.POST(ben, "/api/collections/messages/records", map[string]any{"recipient": person(t, app, ann).Id, "media": []string{theirs}}).Want(http.StatusOK)
	if got := app.GET(ann, "/api/conversations/@ben/messages").Results()[0]; got["id"] != native.String("id") || len(got["media"].([]any)) != 1 {
		t.Errorf("ann reads %v", got)
	}
	run(t, app, "media.sweep") // which leaves them
	app.POST(ben, "/api/users/@ann/block", nil).Want(http.StatusCreated)
	app.GET(ben, "/api/media/"+picture+"/stream").Want(http.StatusNotFound)
	app.GET("", url).Want(http.StatusNotFound)
	app.Do(ben, http.MethodDelete, "/api/users/@ann/block", nil)
	app.Do(ann, http.MethodDelete, "/api/messages/"+sent.String("id"), nil).Want(http.StatusNoContent)
	app.GET(ann, "/api/media/"+picture).Want(http.StatusNotFound)
}

func TestNewsOfMessagesAreOneForEachConversation(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	readNews := func() { app.POST(ben, "/api/notifications/read", map[string]any{}).Want(http.StatusOK) }
	readNews()
	news := func() (of []map[string]any) {
		for _, n := range app.GET(ben, "/api/notifications").Want(http.StatusOK).Results() {
			if n["type"] == "message" {
				of = append(of, n)
			}
		}
		return of
	}
	for i := range 3 {
		write(app, ann, ben, fmt.Sprint(i)).Want(http.StatusCreated)
	}
	told := news()
	if len(told) != 1 || told[0]["is_read"] != false || told[0]["actor"].(map[string]any)["username"] != ann || !strings.Contains(told[0]["text"].(string), ann) {
		t.Fatalf("ben is told %v", told)
	}
	app.POST(ben, "/api/conversations/@ann/read", nil).Want(http.StatusOK)
	if told := news(); len(told) != 1 || told[0]["is_read"] != true {
		t.Errorf("read: %v", told)
	}
	last := write(app, ann, ben, "more").Want(http.StatusCreated)
	if told := news(); len(told) != 1 || told[0]["is_read"] != false {
		t.Errorf("more: %v", told)
	}
	app.Do(ann, http.MethodDelete, "/api/messages/"+last.String("id"), nil).Want(http.StatusNoContent)
	if told := news(); len(told) != 0 {
		t.Errorf("taken back: %v", told)
	}
	app.Do(ben, http.MethodPatch, "/api/conversations/@ann", map[string]any{"is_muted": true}).Want(http.StatusOK)
	write(app, ann, ben, "muted").Want(http.StatusCreated)
	list := app.GET(ben, "/api/conversations")
	if told := news(); len(told) != 0 || list.Int("unread_count") != 0 || list.Results()[0]["unread_count"] != 1.0 {
		t.Errorf("muted: %v, %s", told, list.Body)
	}
	app.Do(ben, http.MethodPatch, "/api/conversations/@ann", map[string]any{"is_muted": false}).Want(http.StatusOK)
	app.POST(ben, "/api/users/@ann/mute", nil).Want(http.StatusCreated)
	write(app, ann, ben, "muted altogether").Want(http.StatusCreated)
	if told := news(); len(told) != 0 || app.GET(ben, "/api/conversations").Int("unread_count") != 0 {
		t.Errorf("muted altogether: %v", told)
	}
}

func TestMessagesArriveLive(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	ann, ben := friends(app, "ann", "ben")
	app.POST(ann, "/api/conversations", map[string]any{"user": "@ben"}).Want(http.StatusCreated)
	app.POST(ann, "/api/conversations", map[string]any{"user": person(t, app, ben).Id}).Want(http.StatusOK)
	hears := listen(t, app, server.URL, ben, "messages/*", "typing")
	marks := listen(t, app, server.URL, ann, "participants/*")
	others := listen(t, app, server.URL, testapp.Minji, "messages/*", "participants/*", "typing", "posts/*")
	app.POST(ann, "/api/conversations/@ben/typing", nil).Want(http.StatusNoContent)
	if e := hears.next(t, "typing"); e.name != "typing" || e.data["user"] != person(t, app, ann).Id {
		t.Errorf("ben hears %v", e)
	}
	write(app, ann, ben, "live").Want(http.StatusCreated)
	if got, _ := hears.next(t, "the message").data["record"].(map[string]any); got["content"] != "live" {
		t.Errorf("ben hears %v", got)
	}
	marks.next(t, "ann's own mark")
	app.POST(ben, "/api/conversations/@ann/read", nil).Want(http.StatusOK)
	mark, _ := marks.next(t, "ben's mark").data["record"].(map[string]any)
	if _, private := mark["unread_count"]; private || mark["user"] != person(t, app, ben).Id || mark["read_to"] != 1.0 {
		t.Errorf("ann hears %v", mark)
	}
	post(app, ann, map[string]any{"title": "the end"})
	if e := others.next(t, "the end"); e.name != "posts/*" {
		t.Errorf("minji hears %v", e)
	}
}

func TestAReportedMessageIsJudged(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	join(app, "cho")
	for i := range 7 {
		write(app, ben, ann, fmt.Sprint("before ", i)).Want(http.StatusCreated)
	}
	bad := write(app, ann, ben, "an insult").Want(http.StatusCreated).String("id")
	write(app, ben, ann, "after").Want(http.StatusCreated)
	report := map[string]any{"target_type": "message", "target_id": bad, "reason": "abuse"}
	app.POST("cho", "/api/reports", report).Want(http.StatusNotFound)
	app.POST(testapp.Sora, "/api/reports", report).Want(http.StatusNotFound)
	app.POST(ben, "/api/reports", report).Want(http.StatusCreated)
	app.POST(ben, "/api/collections/reports/records", report).Want(http.StatusOK)
	app.Do(ann, http.MethodDelete, "/api/messages/"+bad, nil).Want(http.StatusNoContent) // which hides nothing from moderators

	queue := app.GET(testapp.Sora, "/api/moderation/queue?target_type=message").Want(http.StatusOK)
	one := queue.Results()[0]
	target, _ := one["target"].(map[string]any)
	if target["text"] != "an insult" || len(target["before"].([]any)) != 5 || strings.Contains(queue.Body.String(), "before 1") || strings.Contains(queue.Body.String(), "after") {
		t.Errorf("the case: %s", queue.Body)
	}
	if got := heardBy(app, ben, ann); got[1] != "(deleted)" {
		t.Errorf("ben reads %v", got)
	}
	app.POST(testapp.Sora, "/api/moderation/"+one["id"].(string)+"/resolve", map[string]any{"action": "warn", "note": "be kind"}).Want(http.StatusOK)
	if notices := app.GET(ann, "/api/users/me/notices").Results(); len(notices) != 1 || notices[0]["target_type"] != "message" {
		t.Errorf("ann is told %v", notices)
	}
	run(t, app, "messages.sweep")
	if r, err := app.FindRecordById(collections.Messages, bad); err != nil || r.GetString("removed_content") != "" {
		t.Errorf("its text is still kept: %v", err)
	}

	// hide, remove, undo
	next := write(app, ann, ben, "again").Want(http.StatusCreated).String("id")
	app.POST(ben, "/api/reports", map[string]any{"target_type": "message", "target_id": next, "reason": "abuse"}).Want(http.StatusCreated)
	id := app.GET(testapp.Sora, "/api/moderation/queue").Results()[0]["id"].(string)
	hidden := app.POST(testapp.Sora, "/api/moderation/"+id+"/resolve", map[string]any{"action": "hide"}).Want(http.StatusOK)
	if heardBy(app, ben, ann)[0] != "(deleted)" || heardBy(app, ann, ben)[0] != "again" {
		t.Errorf("hidden: ben %v, ann %v", heardBy(app, ben, ann), heardBy(app, ann, ben))
	}
	app.GET(ben, "/api/collections/messages/records/"+next).Want(http.StatusNotFound)
	app.POST(testapp.Sora, "/api/moderation/log/"+hidden.String("id")+"/undo", nil).Want(http.StatusOK)
	removed := app.POST(testapp.Sora, "/api/moderation/"+id+"/resolve", map[string]any{"action": "remove"}).Want(http.StatusOK)
	if heardBy(app, ben, ann)[0] != "(deleted)" || heardBy(app, ann, ben)[0] != "(deleted)" {
		t.Error("removed, and still read")
	}
	exact(t, app)
	app.POST(testapp.Sora, "/api/moderation/log/"+removed.String("id")+"/undo", nil).Want(http.StatusOK)
	if heardBy(app, ben, ann)[0] != "again" {
		t.Errorf("undone: %v", heardBy(app, ben, ann))
	}
	app.POST(testapp.Sora, "/api/moderation/"+id+"/resolve", map[string]any{"action": "remove"}).Want(http.StatusOK)
	r, err := app.FindRecordById(collections.Messages, next)
	if err != nil {
		t.Fatal(err)
	}
	r.Set("removed_at", time.Now().Add(-8*24*time.Hour))
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	run(t, app, "trash.empty")
	if r, err := app.FindRecordById(collections.Messages, next); err != nil || r.GetString("removed_content") != "" || r.GetString("content") != "" {
		t.Errorf("the trash still has it: %v", err)
	}
	exact(t, app)
}

func TestSuspendedAndBannedWordsInMessages(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	app.POST(testapp.Sora, "/api/collections/banned_words/records", map[string]any{"pattern": "forbidden", "action": "reject"}).Want(http.StatusOK)
	write(app, ann, ben, "f o r b i d d e n").Want(http.StatusBadRequest).WantCode("content", "validation_banned_word")
	app.POST(ann, "/api/collections/messages/records", map[string]any{"recipient": person(t, app, ben).Id, "content": "forbidden"}).Want(http.StatusBadRequest)
	r := person(t, app, ann)
	r.Set("suspended_until", time.Now().Add(time.Hour))
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	write(app, ann, ben, "x").Want(http.StatusForbidden)
	write(app, ben, ann, "you can read this").Want(http.StatusCreated)
	if got := heardBy(app, ann, ben); !slices.Equal(got, []string{"you can read this"}) {
		t.Errorf("ann reads %v", got)
	}
	app.POST(ann, "/api/conversations/@ben/read", nil).Want(http.StatusOK)
}

// TestWhoLeavesTakesTheirConversationsAlong, as a comment takes its replies along.
func TestWhoLeavesTakesTheirConversationsAlong(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	write(app, ann, ben, "a").Want(http.StatusCreated)
	picture := upload(t, app, ben, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	app.POST(ben, "/api/conversations/@ann/messages", map[string]any{"media": []string{picture}}).Want(http.StatusCreated)
	leave(app, ann, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	for _, name := range []string{collections.Conversations, collections.Participants, collections.Messages} {
		if n, err := app.CountRecords(name); n != 0 || err != nil {
			t.Errorf("%d %s are left, %v", n, name, err)
		}
	}
	app.GET(ben, "/api/media/"+picture).Want(http.StatusNotFound)
	for _, n := range app.GET(ben, "/api/notifications").Results() {
		if n["type"] == "message" {
			t.Errorf("ben is still told %v", n)
		}
	}
	exact(t, app)
}
