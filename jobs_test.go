package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madang/demo"
	"madang/testapp"
)

// slowFFmpeg is a program that takes its time, makes small files of the right kind, and writes down
// in a log what it did – and TWICE, if it is asked for the same while it is at it.
func slowFFmpeg(t *testing.T) (program, log string) {
	t.Helper()
	dir := t.TempDir()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	still, err := demo.JPEG(1)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"still.jpg": still, "film.mp4": []byte("....avcC\x01\x64\x00\x1f....mp4a"),
		"list.m3u8": []byte("#EXTM3U\n#EXT-X-MAP:URI=\"x.mp4\",BYTERANGE=\"4@0\"\n#EXTINF:4.0,\n#EXT-X-BYTERANGE:16@4\nx.mp4\n#EXT-X-ENDLIST\n"),
		"ffmpeg": []byte("#!" + shell + "\nhere=" + dir + `
for a in "$@"; do case "$a" in file:*) film=$(basename "$a");; esac; last=$a; done
what=$film.$last
if [ -e $here/$what ] && kill -0 $(cat $here/$what) 2>/dev/null; then echo "TWICE $what" >> $here/log; fi
echo $$ > $here/$what
echo "begin $what" >> $here/log
sleep 0.7
for a in "$@"; do case "$a" in
/*|file:*) ;;
*.jpg) cp $here/still.jpg "$a";;
*.mp4) cp $here/film.mp4 "$a";;
*.m3u8) cp $here/list.m3u8 "$a";;
esac; done
rm $here/$what
echo "end $what" >> $here/log
`),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o700); err != nil { //nolint:gosec // one has to run
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "ffmpeg"), filepath.Join(dir, "log")
}

// TestKillLosesNoJob kills the real program while it works on films: each job is taken up again, by
// one at a time, and each film has in the end what it is to have, once.
func TestKillLosesNoJob(t *testing.T) {
	program, log := slowFFmpeg(t)
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(6, uint64(time.Now().UnixNano()))) //nolint:gosec // not a secret
	server := testapp.Start(t, dir, "FFMPEG="+program)
	s := newSender(t, server.URL, "sender")
	kills := 2 // a job is given up when the program died of it thrice
	if testing.Short() {
		kills = 1
	}
	var films []string
	for range kills {
		for range 3 {
			films = append(films, s.film())
		}
		before := lines(log, "begin")
		for began := time.Now(); lines(log, "begin") < before+2; <-time.After(5 * time.Millisecond) {
			if time.Since(began) > 2*time.Minute {
				t.Fatal("nothing is worked on")
			}
		}
		<-time.After(time.Duration(rng.IntN(700)) * time.Millisecond) // the moment of the cut is random
		server.Kill()
		server = testapp.Start(t, dir, "FFMPEG="+program)
		s.base = server.URL
	}
	for began := time.Now(); ; <-time.After(200 * time.Millisecond) {
		said := listJobs(t, dir)
		if regexp.MustCompile(fmt.Sprintf(`(?s)film\.preview +0 +0 +0 +0 +%d +\n.*film\.transcode +0 +0 +0 +0 +%[1]d +\n`, len(films))).MatchString(said) {
			break
		}
		if time.Since(began) > 3*time.Minute {
			t.Fatalf("not all is done:\n%s", said)
		}
	}
	over := 0
	for _, id := range films {
		shown := s.medium(id)
		if shown["hls_url"] == "" || shown["sprite_url"] == "" {
			t.Errorf("film %s lacks something: %v", id, shown)
		}
		files, err := filepath.Glob(filepath.Join(dir, "storage", "*", id, "*[a-z0-9]"))
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]int{}
		for _, f := range files {
			kinds[filepath.Ext(f)]++
		}
		// Three thumbnails and the sprite; the film and its HLS. Of what was being stored at a kill a file
		// may be left over that no row names; it goes with the film.
		if kinds[".jpg"] < 4 || kinds[".mp4"] < 2 || kinds[".m3u8"] < 1 {
			t.Errorf("film %s has %v", id, files)
		}
		over += kinds[".jpg"] + kinds[".mp4"] + kinds[".m3u8"] - 7
		r, err := s.do(http.MethodGet, "/api/media/"+id+"/hls/master.m3u8", nil)
		if err != nil || strings.Count(string(r.body), "#EXT-X-STREAM-INF") != 1 {
			t.Errorf("film %s has not one size: %s", id, r.body)
		}
	}
	if n := lines(log, "TWICE"); n > 0 {
		t.Errorf("%d times two worked on the same", n)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "work")); err != nil || len(left) > 0 {
		t.Errorf("half made: %v %v", left, err)
	}
	t.Logf("%d films through %d kills; ffmpeg began %d times and ended %d; %d files left over", len(films), kills, lines(log, "begin"), lines(log, "end"), over)
}

func lines(path, with string) int {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0 // nothing was written yet
	}
	return strings.Count("\n"+string(content), "\n"+with)
}

// listJobs is what an operator is told.
func listJobs(t *testing.T, dir string) string {
	t.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command(binary, "jobs", "list", "--dir", dir)
	list.Dir = t.TempDir()
	said, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("jobs list: %v\n%s", err, said)
	}
	return string(said)
}

// film uploads a film and returns its id.
func (s *sender) film() string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "film.mp4")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := part.Write(demo.MP4()); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	r, err := s.do(http.MethodPost, "/api/media", &body, "Content-Type", form.FormDataContentType())
	if err != nil || r.status != http.StatusCreated {
		s.t.Fatalf("upload: %v %v", r, err)
	}
	var said struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(r.body, &said); err != nil {
		s.t.Fatal(err)
	}
	return said.ID
}

func (s *sender) medium(id string) map[string]any {
	s.t.Helper()
	r, err := s.do(http.MethodGet, "/api/media/"+id, nil)
	if err != nil || r.status != http.StatusOK {
		s.t.Fatalf("medium: %v %v", r, err)
	}
	said := map[string]any{}
	if err := json.Unmarshal(r.body, &said); err != nil {
		s.t.Fatal(err)
	}
	return said
}
