package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"madang/testapp"
)

// member is somebody who has joined a running server.
type member struct {
	tb         testing.TB
	url, token string
}

func join(tb testing.TB, server *testapp.Process, name string) *member {
	tb.Helper()
	m := &member{tb: tb, url: server.URL}
	in := m.create("/api/auth/register", "application/json", strings.NewReader(
		fmt.Sprintf(`{"username":%q,"email":"%[1]s@example.com","password":%[2]q,"password_confirm":%[2]q}`, name, testapp.Password)))
	m.token = fmt.Sprint(in["access"])
	return m
}

// create posts a body and returns what it made; nil after a failure, which it tells.
func (m *member) create(path, kind string, body io.Reader) map[string]any {
	r, err := http.NewRequest(http.MethodPost, m.url+path, body)
	if err != nil {
		m.tb.Error(err)
		return nil
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+m.token)
	answer, err := client.Do(r)
	if err != nil {
		m.tb.Error(err)
		return nil
	}
	defer answer.Body.Close()
	var said map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || answer.StatusCode != http.StatusCreated {
		m.tb.Errorf("%s: %d %v %v", path, answer.StatusCode, said, err)
		return nil
	}
	return said
}
