package ui_test

import (
	"net/http"
	"net/url"
	"testing"

	"madang/demo"
	"madang/testapp"
)

func TestCaptionsByForm(t *testing.T) {
	app := testapp.New(t)
	ada := visit(t, app, testapp.Ada)
	const vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n"
	address := ada.upload("/new", url.Values{"title": {"A film"}, "content": {"x"}, "visibility": {"public"}, "status": {"published"}}, "file", "film.mp4", demo.MP4()).leadsTo("/@ada/")
	film := ada.get(address).is(http.StatusOK).not("<track").pick(`/api/media/([a-z0-9]{15})/stream`)
	path := "/media/" + film + "/captions"
	ada.get(path).is(http.StatusOK, "WebVTT")
	ada.upload(path, url.Values{"language": {"en"}}, "file", "film.srt", []byte("1\n00:00:01,000 --> 00:00:02,000\nhi")).is(http.StatusBadRequest, `id="f-file-problem"`, "line 1")
	ada.upload(path, url.Values{"language": {"en"}, "label": {"English <b>"}}, "file", "film.vtt", []byte(vtt)).leadsTo(path)
	ada.get(path).is(http.StatusOK, "English &lt;b&gt;")
	visit(t, app, "").get(address).is(http.StatusOK, `<track kind="captions" src="/api/media/`+film+`/captions/en/track.vtt" srclang="en" label="English &lt;b&gt;">`)
	bob := visit(t, app, testapp.Bob)
	bob.get(path).is(http.StatusForbidden)
	bob.post(path+"/en/delete", url.Values{}).is(http.StatusForbidden)
	ada.post(path+"/en/delete", url.Values{}).leadsTo(path)
	ada.get(path).is(http.StatusOK).not("English &lt;b&gt;")
}
