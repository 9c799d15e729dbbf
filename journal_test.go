package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/testapp"
)

// journal is what the program acknowledged: paths that must answer 200.
type journal struct {
	mu    sync.Mutex
	paths []string
}

func (j *journal) add(path string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.paths = append(j.paths, path)
}

func (j *journal) len() int { j.mu.Lock(); defer j.mu.Unlock(); return len(j.paths) }

// grows waits until n more were acknowledged.
func (j *journal) grows(t *testing.T, n int) {
	t.Helper()
	enough := j.len() + n
	for began := time.Now(); j.len() < enough; <-time.After(5 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("nothing is acknowledged any more")
		}
	}
}

func (j *journal) missing(t *testing.T, base string) (missing []string) {
	t.Helper()
	for _, path := range j.paths {
		r, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != http.StatusOK || strings.Contains(string(body), `"totalItems":0`) {
			missing = append(missing, path)
		}
	}
	return missing
}

// write joins as somebody and posts, likes, comments and follows until stopped.
func write(base, name string, acked *journal, stop chan struct{}) {
	send := func(token, path string, body map[string]any) (map[string]any, bool) {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, false
		}
		r, err := http.NewRequest(http.MethodPost, base+path, bytes.NewReader(raw))
		if err != nil {
			return nil, false
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, false // the program is gone
		}
		defer answer.Body.Close()
		var said map[string]any
		err = json.NewDecoder(answer.Body).Decode(&said)
		return said, err == nil && answer.StatusCode/100 == 2
	}
	me, ok := send("", "/api/auth/register", map[string]any{
		"username": name, "email": name + "@example.com", "password": testapp.Password, "password_confirm": testapp.Password,
	})
	if !ok {
		return
	}
	token, _ := me["access"].(string)
	acked.add("/api/users/@" + name)
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		post, ok := send(token, "/api/posts", map[string]any{"title": fmt.Sprintf("%s %d", name, n), "content": "made under fire", "tags": []string{"crash"}})
		if !ok {
			return
		}
		id, _ := post["id"].(string)
		acked.add("/api/collections/posts/records/" + id)
		if _, ok := send(token, "/api/posts/"+id+"/like", nil); ok {
			acked.add("/api/collections/likes/records?filter=post%3D%22" + id + "%22")
		}
		if c, ok := send(token, "/api/posts/"+id+"/comments", map[string]any{"content": "still here"}); ok {
			comment, _ := c["id"].(string)
			acked.add("/api/collections/comments/records/" + comment)
		}
	}
}

// verifyCounters runs the command that an operator would run.
func verifyCounters(t *testing.T, dir string) {
	t.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	verify := exec.Command(binary, "counters", "verify", "--dir", dir)
	verify.Dir = t.TempDir()
	if said, err := verify.CombinedOutput(); err != nil {
		t.Fatalf("counters verify: %v\n%s", err, said)
	}
}
