package torture

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strconv"
)

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:8])
}

// noise is a sound of about n bytes that no other is like: 8-bit mono PCM in WAV, which the program stores as it is.
func noise(rng *rand.Rand, n int) []byte {
	const header, rate = 44, 8000
	n += n % 2
	b := make([]byte, header, header+n)
	copy(b, "RIFF")
	copy(b[8:], "WAVEfmt ")
	copy(b[36:], "data")
	for at, value := range map[int]uint32{4: uint32(header - 8 + n), 16: 16, 24: rate, 28: rate, 40: uint32(n)} { //nolint:gosec // small
		binary.LittleEndian.PutUint32(b[at:], value)
	}
	for at, value := range map[int]uint16{20: 1, 22: 1, 32: 1, 34: 8} { // PCM, one channel, a byte each
		binary.LittleEndian.PutUint16(b[at:], value)
	}
	for range n {
		b = append(b, byte(rng.Uint32()))
	}
	return b
}

// dots is a small picture that no other is like.
func dots(rng *rand.Rand) ([]byte, error) {
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		for y := range 30 {
			img.SetGray(x, y, color.Gray{uint8(rng.Uint32())}) //nolint:gosec // any will do
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

// sendFile uploads by multipart.
func (m *member) sendFile(name string, content []byte, value string) (id string, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		return "", err
	}
	if _, err := part.Write(content); err != nil {
		return "", err
	}
	if err := form.Close(); err != nil {
		return "", err
	}
	said, _, err := m.exchange(http.MethodPost, "/api/media", &body, "Content-Type", form.FormDataContentType())
	if err != nil {
		return "", err
	}
	id, _ = said["id"].(string)
	m.has("medium "+id, value)
	return id, nil
}

// upload sends a sound, and writes a post with it.
func (m *member) upload() error {
	content := noise(m.rng, 2000+m.rng.IntN(40_000))
	medium, err := m.sendFile("noise.wav", content, sum(content))
	if err != nil || m.rng.IntN(2) == 0 {
		return err
	}
	title := m.label("sound")
	post, err := m.make("/api/posts", map[string]any{"title": title, "content": "listen", "media": []string{medium}}, "post", title)
	if err == nil {
		m.has("attached "+medium, post)
	}
	return err
}

func (m *member) uploadPicture() error {
	content, err := dots(m.rng)
	if err != nil {
		return err
	}
	_, err = m.sendFile("dots.png", content, "image")
	return err
}

// uploadByPieces sends a sound in two pieces (tus 1.0); now and then the second never comes.
func (m *member) uploadByPieces() error {
	content := noise(m.rng, 5000+m.rng.IntN(60_000))
	tus := []string{"Tus-Resumable", "1.0.0"}
	_, header, err := m.exchange(http.MethodPost, "/api/media/uploads", nil, append(tus,
		"Upload-Length", strconv.Itoa(len(content)), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("noise.wav")))...)
	if err != nil {
		return err
	}
	path := header.Get("Location")
	id := pathID(path)
	half := len(content) / 2
	piece := func(from, to int) (http.Header, error) {
		_, header, err := m.exchange(http.MethodPatch, path, bytes.NewReader(content[from:to]), append(tus,
			"Upload-Offset", strconv.Itoa(from), "Content-Type", "application/offset+octet-stream")...)
		if err == nil {
			m.has(fmt.Sprintf("piece %s %d", id, to), sum(content[:to]))
		}
		return header, err
	}
	if _, err := piece(0, half); err != nil || m.rng.IntN(4) == 0 {
		return err
	}
	header, err = piece(half, len(content))
	if err != nil {
		return err
	}
	if became := header.Get("Content-Location"); became != "/api/media/"+id {
		return fmt.Errorf("an upload became %q", became)
	}
	m.has("medium "+id, sum(content))
	return nil
}

// pathID is the id in /api/media/uploads/{id}/content.
func pathID(path string) string {
	const before = "/api/media/uploads/"
	if len(path) < len(before)+15 {
		return ""
	}
	return path[len(before) : len(before)+15]
}
