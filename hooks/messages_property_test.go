package hooks_test

import (
	"testing"

	"pgregory.net/rapid"

	"madang/collections"
	"madang/messages"
	"madang/social"
	"madang/testapp"
)

// TestUnreadEqualsItsMessages: after any sequence of what people do with messages, every unread
// counter equals its recount, numbers and marks are within the clock, and nobody reads what is not theirs.
func TestUnreadEqualsItsMessages(t *testing.T) {
	app := testapp.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := newCircle(app, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"send":     c.send,
			"send two": func(rt *rapid.T) { c.send(rt); c.send(rt) },
			"read":     c.read,
			"take":     c.takeBack,
			"clear":    c.clear,
			"hide":     c.hide,
			"report":   c.report,
			"sweep":    func(*rapid.T) { run(t, app, "messages.sweep") },
			"block":    c.pair(collections.BlockPairs, c.person, c.person),
			"unblock":  c.unblock,
			"unfollow": c.unpair(collections.FollowPairs, c.person, c.person),
			"leave":    c.leave,
			"":         func(rt *rapid.T) { c.agree(rt); c.bounded(rt) },
		})
	})
}

// circle is some people who all follow each other.
type circle struct {
	*crowd
	people []string
}

func newCircle(app *testapp.App, rt *rapid.T) *circle {
	c := &circle{crowd: &crowd{app: app}}
	if err := app.DB().Select("id").From(collections.Users).OrderBy("id").Limit(4).Column(&c.people); err != nil {
		rt.Fatal(err)
	}
	c.befriend(rt)
	return c
}

func (c *circle) befriend(rt *rapid.T) {
	for _, one := range c.people {
		for _, other := range c.people {
			if one != other {
				_, err := social.Add(c.app, collections.FollowPairs, one, other)
				refused(rt, err)
			}
		}
	}
}

func (c *circle) person(rt *rapid.T) string {
	return rapid.SampledFrom(c.people).Draw(rt, "person")
}

func (c *circle) send(rt *rapid.T) {
	key := rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(rt, "key")
	_, _, err := messages.Write(c.app, c.person(rt), c.person(rt), messages.SendForm{Content: "words", Key: key})
	refused(rt, err)
}

func (c *circle) participant(rt *rapid.T) *collections.Participant {
	r, err := c.app.FindRecordById(collections.Participants, c.ids(rt, collections.Participants))
	if err != nil {
		rt.Fatal(err)
	}
	return collections.ParticipantOf(r)
}

func (c *circle) read(rt *rapid.T) {
	p := c.participant(rt)
	refused(rt, messages.HasRead(c.app, p.Conversation(), p.User(), rapid.IntRange(0, 12).Draw(rt, "to")))
}

func (c *circle) clear(rt *rapid.T) {
	p := c.participant(rt)
	p.Set("cleared_to", rapid.IntRange(0, 12).Draw(rt, "to"))
	refused(rt, c.app.Save(p))
}

func (c *circle) takeBack(rt *rapid.T) {
	refused(rt, messages.TakeBack(c.app, c.ids(rt, collections.Messages)))
}

func (c *circle) hide(rt *rapid.T) {
	r, err := c.app.FindRecordById(collections.Messages, c.ids(rt, collections.Messages))
	if err != nil {
		rt.Fatal(err)
	}
	r.Set("is_hidden", !r.GetBool("is_hidden"))
	refused(rt, c.app.Save(r))
}

func (c *circle) report(rt *rapid.T) {
	m, err := collections.FindMessage(c.app, c.ids(rt, collections.Messages))
	if err != nil {
		rt.Fatal(err)
	}
	r, err := collections.New(c.app, collections.Reports)
	if err != nil {
		rt.Fatal(err)
	}
	r.Load(map[string]any{"reporter": m.Recipient(), "target_type": "message", "target_id": m.Id, "reason": "spam"})
	refused(rt, c.app.Save(r))
}

func (c *circle) unblock(rt *rapid.T) {
	c.unpair(collections.BlockPairs, c.person, c.person)(rt)
	c.befriend(rt)
}

// leave deletes one of the circle with all that is theirs, seldom, and another comes in their place.
func (c *circle) leave(rt *rapid.T) {
	c.crowd.leave(rt)
	c.people = newCircle(c.app, rt).people
}

// bounded fails when a mark is beyond its clock, or a message beyond its conversation.
func (c *circle) bounded(rt *rapid.T) {
	var wrong int
	err := c.app.DB().NewQuery(`SELECT
		(SELECT COUNT(*) FROM participants p JOIN conversations c ON c.id = p.conversation WHERE p.read_to > c.clock OR p.cleared_to > p.read_to) +
		(SELECT COUNT(*) FROM messages m JOIN conversations c ON c.id = m.conversation WHERE m.number > m.version OR m.version > c.clock) +
		(SELECT COUNT(*) FROM messages WHERE conversation NOT IN (SELECT id FROM conversations)) +
		(SELECT COUNT(*) FROM notifications n JOIN participants p ON p.conversation = n.conversation AND p.user = n.recipient
			WHERE n.type = 'message' AND n.is_read = FALSE AND p.unread_count = 0)`).Row(&wrong)
	if err != nil || wrong > 0 {
		rt.Fatalf("%d rows are out of bounds, %v", wrong, err)
	}
}
