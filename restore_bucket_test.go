package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"madang/testapp"
	"madang/testapp/bucket"
)

// ask is a request of JSON, and its answer.
func ask(t *testing.T, method, url, token string, body any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(method, url, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %v %v", method, url, res.StatusCode, answer, err)
	}
	return answer
}

// TestFilesOfABucketComeBackIntoIt backs an instance up whose files are in S3, empties the bucket, and restores.
func TestFilesOfABucketComeBackIntoIt(t *testing.T) {
	dir, vault, b := t.TempDir(), filepath.Join(t.TempDir(), "backups"), bucket.New(t)
	mustMadang(t, "superuser", "create", "root@example.com", testapp.Password, "--dir", dir)
	server := testapp.Start(t, dir)
	root, _ := ask(t, http.MethodPost, server.URL+"/api/collections/_superusers/auth-with-password", "", map[string]any{"identity": "root@example.com", "password": testapp.Password})["token"].(string)
	ask(t, http.MethodPatch, server.URL+"/api/settings", root, map[string]any{"s3": b.Config})
	var acked journal
	uploadFilm(t, server.URL, &acked)
	stored := b.Keys("")
	if len(stored) == 0 {
		t.Fatal("nothing is in the bucket")
	}
	mustMadang(t, "backup", "--dir", dir, "--to", vault)
	server.Kill()
	for _, key := range stored[1:] { // one is still there
		b.Drop(key)
	}
	elsewhere := t.TempDir()
	if said := mustMadang(t, "restore", "latest", "--from", vault, "--to", elsewhere); !strings.Contains(said, "files that the bucket") {
		t.Error(said)
	}
	for _, key := range stored {
		if len(b.Content(key)) == 0 && !strings.HasSuffix(key, ".attrs") {
			t.Errorf("%s is not in the bucket", key)
		}
	}
	server = testapp.Start(t, elsewhere)
	if missing := acked.missing(t, server.URL); len(missing) > 0 {
		t.Errorf("lost %v", missing)
	}
}
