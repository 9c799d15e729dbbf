package torture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/testapp"
)

// writers is how many people write at once; as many others are there to be followed, and one moderates.
const writers = 6

// load is people who do everything that people do here, side by side, and note what the program acknowledged.
// They outlive the program: what it said before it was killed they still know.
type load struct {
	*ledger
	client    *http.Client
	members   []*member
	quiet     []*member
	moderator *member

	withoutFiles bool // nobody uploads

	base string
	gone <-chan struct{} // closed when the server is

	mu      sync.Mutex
	posts   []string       // that stay
	answers map[string]int // by status and route, of those that were no success
}

// member is one of them, and what they know is theirs.
type member struct {
	*load
	rng             *rand.Rand
	name, id, token string
	own             []string        // posts to edit
	comments        []string        // to edit
	messages        []string        // to take back
	does            map[string]bool // likes, bookmarks and follows
	made            int             // things, so that no two are called the same
}

// longLived are settings under which nobody has to sign in again meanwhile, and everybody may do as much as they like.
var longLived = []string{"JWT_ACCESS_TOKEN_LIFETIME=10000", "JWT_REFRESH_TOKEN_LIFETIME=20000", "MEDIA_QUOTA=off", "MEDIA_DAILY_QUOTA=off", "METRICS_TOKEN=" + metricsToken}

const metricsToken = "a token of the torture"

// newLoad has people join an instance in dir, which becomes whole and is stopped again.
func newLoad(t *testing.T, dir string, seed uint64) *load {
	t.Helper()
	l := &load{
		ledger: newLedger(), answers: map[string]int{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * writers}, Timeout: time.Minute},
	}
	server := testapp.Start(t, dir, longLived...)
	l.base = server.URL
	for i := range 2*writers + 1 {
		m := &member{load: l, rng: rand.New(rand.NewPCG(seed, uint64(i))), name: fmt.Sprintf("person%d", i), does: map[string]bool{}}
		if err := m.join(); err != nil {
			t.Fatal(err)
		}
		switch {
		case i < writers:
			l.members = append(l.members, m)
		case i < 2*writers:
			l.quiet = append(l.quiet, m)
		default:
			l.moderator = m
		}
	}
	for _, m := range l.members { // so that they may write to each other
		for _, other := range l.members {
			if other != m {
				if err := m.turn(true, "follow", other.id, "/api/users/"+other.id+"/follow"); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, m := range l.members { // so that there is something to do something to
		if err := m.write(); err != nil {
			t.Fatal(err)
		}
	}
	server.Kill()
	db := open(t, dir)
	if _, err := db.Exec("UPDATE users SET role = 'moderator' WHERE id = ?", l.moderator.id); err != nil {
		t.Fatal(err)
	}
	return l
}

// begin lets everybody act against the server until the returned function is called, or the server is gone.
func (l *load) begin(server *testapp.Process) (stop func()) {
	l.client.CloseIdleConnections()
	l.base, l.gone = server.URL, server.Ended()
	over := make(chan struct{})
	var acting sync.WaitGroup
	for _, m := range l.members {
		acting.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if err := m.act(); errors.Is(err, errGone) {
					return
				}
			}
		})
	}
	return sync.OnceFunc(func() { close(over); acting.Wait(); l.client.CloseIdleConnections() })
}

// isGone reports whether the server has ended.
func (l *load) isGone() bool {
	select {
	case <-l.gone:
		return true
	default:
		return false
	}
}

// wait waits until n more requests were acknowledged, the server is gone, or two minutes have passed.
func (l *load) wait(n int) {
	enough := l.acknowledged() + n
	for began := time.Now(); l.acknowledged() < enough && !l.isGone() && time.Since(began) < 2*time.Minute; {
		<-time.After(2 * time.Millisecond)
	}
}

// grows waits until n more requests were acknowledged, on however slow a machine.
func (l *load) grows(t *testing.T, n int) {
	t.Helper()
	enough := l.acknowledged() + n
	l.wait(n)
	if l.acknowledged() < enough {
		t.Fatalf("nothing is acknowledged any more (the program is gone: %v); other answers: %v", l.isGone(), l.refusals())
	}
}

// refusals are the answers that were no success so far, by status and route; they are told once.
func (l *load) refusals() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	told := l.answers
	l.answers = map[string]int{}
	return told
}

var (
	errGone    = errors.New("the server doesn't answer any more")
	errRefused = errors.New("the server refused")
)

// deed is something that people do, and how often beside others.
type deed struct {
	weight int
	do     func() error
}

// deeds are all that people do.
func (m *member) deeds() []deed {
	files := 1
	if m.withoutFiles {
		files = 0
	}
	return []deed{
		{16, m.write}, {8, m.edit}, {20, m.like}, {5, m.bookmark}, {5, m.follow}, {12, m.comment}, {4, m.editComment}, {3, m.deleteComment},
		{10, m.message}, {3, m.unsend}, {5 * files, m.upload}, {2 * files, m.uploadPicture}, {5 * files, m.uploadByPieces}, {2, m.regret}, {2, m.hide}, {8, m.read}, {1, m.welcome},
	}
}

// act does one thing by chance.
func (m *member) act() error {
	all := m.deeds()
	sum := 0
	for _, d := range all {
		sum += d.weight
	}
	at := m.rng.IntN(sum)
	for _, d := range all {
		if at -= d.weight; at < 0 {
			return d.do()
		}
	}
	return nil
}

// send sends a body as JSON and returns what was answered to it, if it was a success.
func (m *member) send(method, path string, body any) (map[string]any, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	said, _, err := m.exchange(method, path, bytes.NewReader(raw), "Content-Type", "application/json")
	return said, err
}

// exchange is one request and its answer. Any answer but a success is counted.
func (m *member) exchange(method, path string, body io.Reader, header ...string) (map[string]any, http.Header, error) {
	r, err := http.NewRequest(method, m.base+path, body)
	if err != nil {
		return nil, nil, err
	}
	if m.token != "" {
		r.Header.Set("Authorization", "Bearer "+m.token)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := m.client.Do(r)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errGone, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errGone, err)
	}
	var said map[string]any
	_ = json.Unmarshal(content, &said) // not every answer has a body
	if answer.StatusCode/100 != 2 {
		m.mu.Lock()
		m.answers[fmt.Sprintf("%d %s %s", answer.StatusCode, method, pattern(path))]++
		m.mu.Unlock()
		return said, answer.Header, fmt.Errorf("%w: %s %s: %d %s", errRefused, method, path, answer.StatusCode, content)
	}
	return said, answer.Header, nil
}

// pattern is a path with {} for every id in it.
func pattern(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) == 15 && p == strings.ToLower(p) {
			parts[i] = "{}"
		}
	}
	path, _, _ = strings.Cut(strings.Join(parts, "/"), "?")
	return path
}

// ask sends a request that is to make facts so.
func (m *member) ask(method, path string, body any, facts ...string) error {
	acknowledged := m.asks(facts...)
	_, err := m.send(method, path, body)
	if err == nil {
		acknowledged()
	}
	return err
}

// make sends a request that makes something, and notes it by the id that it got.
func (m *member) make(path string, body any, kind, value string) (id string, err error) {
	said, err := m.send(http.MethodPost, path, body)
	if err != nil {
		return "", err
	}
	id, ok := said["id"].(string)
	if !ok {
		return "", fmt.Errorf("%s made something without an id: %v", path, said)
	}
	m.has(kind+" "+id, value)
	return id, nil
}

// label is a text that nothing else has.
func (m *member) label(what string) string {
	m.made++
	return fmt.Sprintf("%s %s %d 고양이와 겨울", m.name, what, m.made)
}

func (m *member) join() error {
	acknowledged := m.asks("user "+m.name, "yes")
	said, err := m.send(http.MethodPost, "/api/auth/register", map[string]any{
		"username": m.name, "email": m.name + "@example.com", "password": testapp.Password, "password_confirm": testapp.Password,
	})
	if err != nil {
		return err
	}
	acknowledged()
	m.token, _ = said["access"].(string)
	if user, ok := said["user"].(map[string]any); ok {
		m.id, _ = user["id"].(string)
	}
	if m.id == "" || m.token == "" {
		return fmt.Errorf("who joined isn't told who they are: %v", said)
	}
	return nil
}

// turn does something or takes it back.
func (m *member) turn(on bool, what, subject, path string) error {
	method, value := http.MethodPost, "yes"
	if !on {
		method, value = http.MethodDelete, ""
	}
	err := m.ask(method, path, nil, fmt.Sprintf("%s %s %s", what, m.id, subject), value)
	if err == nil {
		m.does[what+subject] = on
	}
	return err
}

// anyPost is a post that stays.
func (m *member) anyPost() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.posts[m.rng.IntN(len(m.posts))]
}

func (m *member) write() error {
	title := m.label("post")
	id, err := m.make("/api/posts", map[string]any{"title": title, "content": "made under fire", "tags": []string{"fire", m.name}}, "post", title)
	if err != nil {
		return err
	}
	m.own = append(m.own, id)
	m.mu.Lock()
	m.posts = append(m.posts, id)
	m.mu.Unlock()
	return nil
}

func (m *member) edit() error {
	title, id := m.label("edited"), m.own[m.rng.IntN(len(m.own))]
	return m.ask(http.MethodPatch, "/api/posts/"+id, map[string]any{"title": title}, "post "+id, title)
}

func (m *member) like() error {
	id := m.anyPost()
	return m.turn(!m.does["like"+id], "like", id, "/api/posts/"+id+"/like")
}

func (m *member) bookmark() error {
	id := m.anyPost()
	return m.turn(!m.does["bookmark"+id], "bookmark", id, "/api/posts/"+id+"/bookmark")
}

func (m *member) follow() error {
	id := m.quiet[m.rng.IntN(len(m.quiet))].id
	return m.turn(!m.does["follow"+id], "follow", id, "/api/users/"+id+"/follow")
}

func (m *member) comment() error {
	text := m.label("comment")
	id, err := m.make("/api/posts/"+m.anyPost()+"/comments", map[string]any{"content": text}, "comment", text)
	if err == nil {
		m.comments = append(m.comments, id)
	}
	return err
}

func (m *member) editComment() error {
	if len(m.comments) == 0 {
		return m.comment()
	}
	text, id := m.label("edited"), m.comments[len(m.comments)-1]
	return m.ask(http.MethodPatch, "/api/comments/"+id, map[string]any{"content": text}, "comment "+id, text)
}

func (m *member) deleteComment() error {
	if len(m.comments) == 0 {
		return m.comment()
	}
	id := m.comments[0]
	m.comments = m.comments[1:]
	return m.ask(http.MethodDelete, "/api/comments/"+id, nil, "comment "+id, "")
}

func (m *member) message() error {
	to := m.members[m.rng.IntN(len(m.members))]
	if to == m {
		return m.read()
	}
	text := m.label("message")
	id, err := m.make("/api/conversations/@"+to.name+"/messages", map[string]any{"content": text, "key": fmt.Sprint(m.made)}, "message", text)
	if err == nil {
		m.messages = append(m.messages, id)
	}
	return err
}

func (m *member) unsend() error {
	if len(m.messages) == 0 {
		return m.message()
	}
	id := m.messages[0]
	m.messages = m.messages[1:]
	return m.ask(http.MethodDelete, "/api/messages/"+id, nil, "message "+id, "")
}

// regret deletes a post with all that hangs on it.
func (m *member) regret() error {
	title := m.label("regretted")
	post, err := m.make("/api/posts", map[string]any{"title": title, "content": "soon gone", "tags": []string{"regret"}}, "post", title)
	if err != nil {
		return err
	}
	text := m.label("comment")
	comment, err := m.make("/api/posts/"+post+"/comments", map[string]any{"content": text}, "comment", text)
	if err != nil {
		return err
	}
	if err := m.turn(true, "like", post, "/api/posts/"+post+"/like"); err != nil {
		return err
	}
	return m.ask(http.MethodDelete, "/api/posts/"+post, nil, "post "+post, "", "comment "+comment, "", fmt.Sprintf("like %s %s", m.id, post), "")
}

// hide writes a post that a moderator, in the same breath, reports and hides.
func (m *member) hide() error {
	title := m.label("bad")
	post, err := m.make("/api/posts", map[string]any{"title": title, "content": "nothing for children"}, "post", title)
	if err != nil {
		return err
	}
	report, err := m.moderator.make("/api/reports", map[string]any{"target_type": "post", "target_id": post, "reason": "spam"}, "report", "open")
	if err != nil {
		return err
	}
	return m.moderator.ask(http.MethodPost, "/api/moderation/"+report+"/resolve", map[string]any{"action": "hide"}, "report "+report, "resolved", "hidden "+post, "yes")
}

// read asks for what everybody asks for. A post counts a view.
func (m *member) read() error {
	path := []string{"/api/posts", "/api/posts/feed", "/api/posts/" + m.anyPost(), "/api/search?q=겨울", "/api/notifications", "/api/conversations"}[m.rng.IntN(6)]
	_, _, err := m.exchange(http.MethodGet, path, nil)
	return err
}

// welcome has somebody new join, who follows and likes.
func (m *member) welcome() error {
	m.made++
	guest := &member{load: m.load, rng: m.rng, name: fmt.Sprintf("%s_g%d", m.name, m.made), does: map[string]bool{}}
	if err := guest.join(); err != nil {
		return err
	}
	return errors.Join(guest.like(), guest.follow())
}

// fact is what the database and the files in dir say of one thing; "" is that it isn't there.
func (s *stored) fact(name string) string {
	parts := strings.Split(name, " ")
	query := map[string]string{
		"user": "SELECT 'yes' FROM users WHERE username = ?", "post": "SELECT title FROM posts WHERE id = ?",
		"comment": "SELECT content FROM comments WHERE id = ? AND is_deleted = FALSE",
		"message": "SELECT content FROM messages WHERE id = ? AND is_deleted = FALSE",
		"like":    "SELECT 'yes' FROM likes WHERE user = ? AND post = ?", "bookmark": "SELECT 'yes' FROM bookmarks WHERE user = ? AND post = ?",
		"follow": "SELECT 'yes' FROM follows WHERE follower = ? AND following = ?", "report": "SELECT status FROM reports WHERE id = ?",
		"hidden": "SELECT 'yes' FROM posts WHERE id = ? AND is_hidden", "attached": "SELECT post FROM media WHERE id = ?",
	}[parts[0]]
	switch {
	case query != "":
		return s.text(query, parts[1:])
	case parts[0] == "medium":
		return s.medium(parts[1])
	case parts[0] == "piece":
		return s.piece(parts[1], parts[2])
	}
	s.t.Fatalf("nobody knows what %q is", name)
	return ""
}

// medium is the sum of a stored sound, or what kind of file it is.
func (s *stored) medium(id string) string {
	path, kind := s.file(id)
	if path == "" {
		return ""
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return "its file is missing"
	}
	if kind == "audio" {
		return sum(content)
	}
	return kind
}

// piece is the sum of the first n bytes of what arrived of an upload, or of what it became.
func (s *stored) piece(id, n string) string {
	path, _ := s.file(id)
	if path == "" {
		path = filepath.Join(s.dir, "uploads", id)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	var length int
	if _, err := fmt.Sscan(n, &length); err != nil {
		s.t.Fatal(err)
	}
	return sum(slices.Clone(content[:min(length, len(content))]))
}
