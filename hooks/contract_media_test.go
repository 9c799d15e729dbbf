package hooks_test

import (
	"bytes"
	"fmt"
	imagejpeg "image/jpeg"
	"net/url"
	"strings"
	"testing"

	"madang/collections"
	"madang/demo"
)

func TestContractUpload(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("nobody uploads unless signed in", func(t *testing.T) {
			body := parts{"file": file{"picture.png", picture(t)}}
			w.ask(t, stranger, "POST /api/media", body).is(401)
			w.ask(t, root, "POST /api/media", body).is(403)
			equal(t, "media", w.count(t, "SELECT COUNT(*) FROM media"), 0)
		})
		t.Run("a picture, a sound and a film", func(t *testing.T) {
			a := w.ask(t, "ada", "POST /api/media", parts{"file": file{"P.PNG", picture(t)}, "alt_text": "고양이", "owner": "x", "status": "failed"}).is(201).shows(mediaShape)
			for key, want := range map[string]any{"media_type": "image", "mime_type": "image/png", "width": 40.0, "height": 30.0, "duration": 0.0, "alt_text": "고양이", "status": "ready"} {
				equal(t, key, a.at(key), want)
			}
			if a.text("thumbnail_url") == "" || a.text("placeholder") == "" {
				t.Errorf("no thumbnail or no placeholder: %s", a.said())
			}
			a = w.ask(t, "ada", "POST /api/media", parts{"file": file{"tune.wav", demo.WAV(1)}}).is(201).shows(mediaShape)
			for key, want := range map[string]any{"media_type": "audio", "width": 0.0, "height": 0.0, "thumbnail_url": ""} {
				equal(t, key, a.at(key), want)
			}
			if d, _ := a.at("duration").(float64); d <= 0 {
				t.Errorf("duration %v", d)
			}
			a = w.ask(t, "ada", "POST /api/media", parts{"file": file{"film.mp4", demo.MP4()}, "poster": file{"poster.png", picture(t)}}).is(201).shows(mediaShape)
			for key, want := range map[string]any{"media_type": "video", "mime_type": "video/mp4", "width": 640.0, "height": 360.0} {
				equal(t, key, a.at(key), want)
			}
			if a.text("thumbnail_url") == "" {
				t.Error("a film without a poster")
			}
			list := w.ask(t, "ada", "GET /api/users/me/media", nil).is(200).some(pageOf(mediaShape.with(object{"post": orNull(ofType[map[string]any]("object"))})))
			equal(t, "own media", list.num("count"), 3)
			equal(t, "media of ada", w.count(t, "SELECT COUNT(*) FROM media WHERE owner = {:p0}", w.record(t, collections.Media, a.id()).GetString("owner")), 3)
		})
		for _, row := range []struct {
			name   string
			file   file
			status int
			code   string
		}{
			{"a text", file{"notes.txt", []byte("notes")}, 415, "validation_unsupported_type"},
			{"a script in a picture's clothes", file{"p.png", []byte("<script>alert(1)</script>")}, 415, "validation_mime_mismatch"},
			{"an SVG", file{"p.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)}, 415, "validation_unsupported_type"},
			{"a sound called a picture", file{"p.jpg", demo.WAV(1)}, 415, "validation_mime_mismatch"},
			{"no extension", file{"picture", picture(t)}, 415, "validation_unsupported_type"},
			{"a cut picture", file{"p.png", picture(t)[:70]}, 400, "validation_broken_media"},
			{"an empty file", file{"p.png", nil}, 400, "validation_broken_media"},
			{"a cut film", file{"f.mp4", demo.MP4()[:1000]}, 400, "validation_broken_media"},
			{"a large picture", file{"p.png", append(picture(t), make([]byte, 5<<20)...)}, 413, "validation_file_size_limit"},
		} {
			t.Run(row.name+" is refused", func(t *testing.T) {
				before := w.count(t, "SELECT COUNT(*) FROM media")
				a := w.ask(t, "ada", "POST /api/media", parts{"file": row.file}).is(row.status)
				equal(t, "code", a.text("data", "file", "code"), row.code)
				if row.status == 413 && !strings.Contains(a.text("message"), "5 MB") {
					t.Errorf("the limit isn't told: %s", a.said())
				}
				native := w.ask(t, "ada", "POST /api/collections/media/records", parts{"file": row.file})
				if native.Code < 400 {
					t.Errorf("the native API took it: %s", native.said())
				}
				equal(t, "media", w.count(t, "SELECT COUNT(*) FROM media"), before)
			})
		}
		t.Run("without a file", func(t *testing.T) {
			w.ask(t, "ada", "POST /api/media", parts{"alt_text": "x"}).refuses("file", "validation_required")
			w.ask(t, "ada", "POST /api/media", map[string]any{"file": "x"}).refuses("file", "validation_required")
			w.ask(t, "ada", "POST /api/media", parts{"file": "a text"}).refuses("file", "validation_required")
			w.ask(t, "ada", "POST /api/media", parts{"file": file{"p.png", picture(t)}, "alt_text": strings.Repeat("글", 1501)}).refuses("alt_text", "validation_max_text_constraint")
		})
	})
}

func TestContractMediaOfPosts(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.apart(t, "ada", "bob")
		loose, shown, kept := w.upload(t, "ada"), w.upload(t, "ada"), w.upload(t, "ada")
		w.write(t, "ada", map[string]any{"media": []string{shown}})
		w.write(t, "ada", map[string]any{"media": []string{kept}, "visibility": "followers"})
		sees := map[string][]string{
			loose: {"ada", root}, shown: {stranger, "bob", "ada", "sora", "grace", root}, kept: {"ada", "sora", "grace", root},
		}
		for _, path := range []string{"", "/stream", "/thumbnail"} {
			t.Run("who sees a medium"+path, func(t *testing.T) {
				for id, people := range sees {
					for _, who := range []string{stranger, "bob", "ada", "sora", "grace", root} {
						want := 404
						if contains(people, who) {
							want = 200
						}
						a := w.ask(t, who, "GET /api/media/"+id+path, nil).is(want)
						if path == "" && want == 200 {
							a.shows(mediaShape)
						}
					}
				}
				w.ask(t, "ada", "GET /api/media/abcdefghijklmno"+path, nil).is(404)
			})
		}
		t.Run("what is private is never kept by caches, and its URL carries a token", func(t *testing.T) {
			for _, id := range []string{loose, kept} {
				about := w.ask(t, "ada", "GET /api/media/"+id, nil).is(200)
				for _, key := range []string{"url", "stream_url", "thumbnail_url"} {
					u, err := url.Parse(about.text(key))
					if err != nil || u.Query().Get("token") == "" {
						t.Fatalf("%s %q carries no token", key, about.text(key))
					}
					a := w.ask(t, stranger, "GET "+u.String(), nil).is(200)
					if cache := a.Header().Get("Cache-Control"); !strings.Contains(cache, "private") || !strings.Contains(cache, "no-store") {
						t.Errorf("%s: Cache-Control %q", key, cache)
					}
					w.ask(t, stranger, "GET "+u.Path, nil).is(404)
					for _, bad := range []string{"x", u.Query().Get("token") + "x", strings.ToUpper(u.Query().Get("token"))} {
						w.ask(t, stranger, "GET "+u.Path+"?token="+bad, nil).is(404)
					}
					w.ask(t, stranger, "GET /api/media/"+map[string]string{loose: kept, kept: loose}[id]+"/stream?token="+u.Query().Get("token"), nil).is(404)
				}
			}
			public := w.ask(t, stranger, "GET /api/media/"+shown, nil).is(200)
			if strings.Contains(public.text("stream_url"), "token") {
				t.Errorf("a public URL carries a token: %s", public.text("stream_url"))
			}
		})
		t.Run("a post that turns private takes its media along at once", func(t *testing.T) {
			medium := w.upload(t, "ada")
			post := w.write(t, "ada", map[string]any{"media": []string{medium}})
			w.ask(t, "bob", "GET /api/media/"+medium+"/stream", nil).is(200)
			w.ask(t, "ada", "PATCH /api/posts/"+post, map[string]any{"visibility": "private"}).is(200)
			w.ask(t, "bob", "GET /api/media/"+medium+"/stream", nil).is(404)
			w.ask(t, "bob", "GET /api/collections/media/records/"+medium, nil).is(404)
		})
		t.Run("only its owner changes and deletes it", func(t *testing.T) {
			for _, method := range []string{"PATCH", "DELETE"} {
				body := map[string]any{"alt_text": "Changed"}
				w.ask(t, stranger, method+" /api/media/"+shown, body).is(401)
				w.ask(t, root, method+" /api/media/"+shown, body).is(403)
				for _, who := range []string{"bob", "sora", "grace"} {
					w.ask(t, who, method+" /api/media/"+shown, body).is(403)
				}
				w.ask(t, "bob", method+" /api/media/"+loose, body).is(404)
				w.ask(t, "ada", method+" /api/media/abcdefghijklmno", body).is(404)
			}
			a := w.ask(t, "ada", "PATCH /api/media/"+shown, map[string]any{"alt_text": "Changed", "owner": "x", "width": 1}).is(200).shows(mediaShape)
			equal(t, "alt_text", a.text("alt_text"), "Changed")
			equal(t, "width", a.num("width"), 40)
			w.ask(t, "ada", "PATCH /api/media/"+shown, map[string]any{"alt_text": strings.Repeat("글", 1501)}).refuses("alt_text", "validation_max_text_constraint")
			w.ask(t, "ada", "DELETE /api/media/"+shown, nil).is(204)
			w.ask(t, "ada", "GET /api/media/"+shown, nil).is(404)
		})
	})
}

func TestContractStream(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		film := demo.MP4()
		id := w.ask(t, "ada", "POST /api/media", parts{"file": file{"film.mp4", film}}).is(201).id()
		w.write(t, "ada", map[string]any{"media": []string{id}})
		n := len(film)
		get := func(t *testing.T, method string, headers ...string) *reply {
			t.Helper()
			r := w.request(t, method+" /api/media/"+id+"/stream", nil)
			for i := 0; i < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			return w.send(t, r)
		}
		whole := get(t, "GET").is(200)
		tag, modified := whole.Header().Get("ETag"), whole.Header().Get("Last-Modified")
		t.Run("whole", func(t *testing.T) {
			if !bytes.Equal(whole.Body.Bytes(), film) {
				t.Error("not the bytes that were sent")
			}
			for name, want := range map[string]string{"Content-Type": "video/mp4", "Accept-Ranges": "bytes", "Content-Length": fmt.Sprint(n), "Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"} {
				equal(t, name, whole.Header().Get(name), want)
			}
			if !strings.HasPrefix(tag, `"`) || modified == "" {
				t.Errorf("ETag %s, Last-Modified %s", tag, modified)
			}
		})
		for _, row := range []struct {
			header string
			status int
			rng    string
			body   []byte
		}{
			{"bytes=0-99", 206, fmt.Sprintf("bytes 0-99/%d", n), film[:100]},
			{"BYTES=0-0", 206, fmt.Sprintf("bytes 0-0/%d", n), film[:1]},
			{"bytes=100-", 206, fmt.Sprintf("bytes 100-%d/%d", n-1, n), film[100:]},
			{"bytes=-500", 206, fmt.Sprintf("bytes %d-%d/%d", n-500, n-1, n), film[n-500:]},
			{"bytes=0-99999999999999999999999", 206, fmt.Sprintf("bytes 0-%d/%d", n-1, n), film},
			{"bytes=-99999999", 206, fmt.Sprintf("bytes 0-%d/%d", n-1, n), film},
			{fmt.Sprintf("bytes=%d-", n), 416, fmt.Sprintf("bytes */%d", n), nil},
			{"bytes=-0", 416, fmt.Sprintf("bytes */%d", n), nil},
			{"bytes=9-1", 200, "", film},
			{"bytes=abc", 200, "", film},
			{"items=0-5", 200, "", film},
			{"bytes=0-10,5-20", 200, "", film},
			{"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16", 200, "", film},
		} {
			t.Run("Range: "+row.header, func(t *testing.T) {
				a := get(t, "GET", "Range", row.header).is(row.status)
				equal(t, "Content-Range", a.Header().Get("Content-Range"), row.rng)
				if row.body != nil && !bytes.Equal(a.Body.Bytes(), row.body) {
					t.Errorf("%d bytes that aren't the %d asked for", a.Body.Len(), len(row.body))
				}
			})
		}
		t.Run("several ranges come as parts", func(t *testing.T) {
			a := get(t, "GET", "Range", "bytes=0-9,100-109").is(206)
			if kind := a.Header().Get("Content-Type"); !strings.HasPrefix(kind, "multipart/byteranges; boundary=") || a.Header().Get("Content-Range") != "" {
				t.Errorf("Content-Type %q, Content-Range %q", kind, a.Header().Get("Content-Range"))
			}
			equal(t, "parts", strings.Count(a.Body.String(), "Content-Range: bytes"), 2)
		})
		t.Run("conditions come first", func(t *testing.T) {
			equal(t, "bytes", get(t, "GET", "If-None-Match", tag, "Range", "bytes=0-9").is(304).Body.Len(), 0)
			get(t, "GET", "If-Modified-Since", modified).is(304)
			get(t, "GET", "If-Range", tag, "Range", "bytes=0-9").is(206)
			get(t, "GET", "If-Range", `"other"`, "Range", "bytes=0-9").is(200)
			get(t, "GET", "If-Range", "W/"+tag, "Range", "bytes=0-9").is(200)
			get(t, "GET", "If-Match", `"other"`, "Range", "bytes=0-9").is(412)
		})
		t.Run("HEAD says the same without a body, and knows no ranges", func(t *testing.T) {
			a := get(t, "HEAD", "Range", "bytes=0-9").is(200)
			equal(t, "Content-Length", a.Header().Get("Content-Length"), fmt.Sprint(n))
		})
		t.Run("PocketBase's own file route serves ranges too", func(t *testing.T) {
			record := w.record(t, collections.Media, id)
			token := w.ask(t, "ada", "POST /api/files/token", nil).is(200).text("token")
			r := w.request(t, "GET /api/files/media/"+id+"/"+record.GetString("file")+"?token="+token, nil)
			r.Header.Set("Range", "bytes=0-99")
			a := w.send(t, r).is(206)
			equal(t, "Content-Range", a.Header().Get("Content-Range"), fmt.Sprintf("bytes 0-99/%d", n))
			if cache := a.Header().Get("Cache-Control"); !strings.Contains(cache, "private") {
				t.Errorf("Cache-Control %q", cache)
			}
		})
	})
}

func TestContractThumbnail(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		content, err := demo.JPEG(3)
		if err != nil {
			t.Fatal(err)
		}
		image := w.ask(t, "ada", "POST /api/media", parts{"file": file{"picture.jpg", content}}).is(201).id()
		sound := w.ask(t, "ada", "POST /api/media", parts{"file": file{"tune.wav", demo.WAV(2)}}).is(201).id()
		film := w.ask(t, "ada", "POST /api/media", parts{"file": file{"film.mp4", demo.MP4()}}).is(201).id()
		w.write(t, "ada", map[string]any{"media": []string{image, sound, film}})
		for name, id := range map[string]string{"picture": image, "film": film} {
			for _, query := range []string{"", "?size=300x300"} {
				t.Run("a JPEG of 300×300 of a "+name+query, func(t *testing.T) {
					a := w.ask(t, stranger, "GET /api/media/"+id+"/thumbnail"+query, nil).is(200)
					equal(t, "Content-Type", a.Header().Get("Content-Type"), "image/jpeg")
					shown, err := imagejpeg.DecodeConfig(a.Body)
					if err != nil || shown.Width != 300 || shown.Height != 300 {
						t.Errorf("%v, %d×%d", err, shown.Width, shown.Height)
					}
				})
			}
		}
		t.Run("any other size is 400", func(t *testing.T) {
			for _, size := range []string{"0x0", "301x300", "300", "100000x100000", "-1x-1", "300x300x", "x", "%00"} {
				w.ask(t, stranger, "GET /api/media/"+image+"/thumbnail?size="+size, nil).names("size")
			}
		})
		t.Run("a sound without a cover has none", func(t *testing.T) {
			w.ask(t, stranger, "GET /api/media/"+sound+"/thumbnail", nil).is(404)
		})
	})
}
