package search

import (
	"strings"
	"testing"
)

func TestSuggest(t *testing.T) {
	ix := openTest(t, t.TempDir())
	title := post("p1", "고양이와 공유기 만들기")
	secret := post("p2", "고양이 비밀")
	secret.Visibility = "private"
	followers := post("p3", "고양이 친구에게만")
	followers.Visibility = "followers"
	english := post("p4", "React hooks explained")
	tag := Document{Kind: KindTag, ID: "고양이", Title: "고양이", Tags: []string{"고양이"}, Visibility: "public", Status: "published", Likes: 9}
	rare := Document{Kind: KindTag, ID: "고양이사료", Title: "고양이사료", Visibility: "public", Status: "published", Likes: 1}
	person := Document{Kind: KindUser, ID: "u1", Title: "고양미", AuthorID: "u1", AuthorUsername: "yangmi", AuthorName: "고양미", Visibility: "public", Status: "published"}
	put(t, ix, title, secret, followers, english, tag, rare, person)
	for typed, want := range map[string]string{
		"고양이": "고양이|고양이사료|고양이와 공유기 만들기", "고ㅇ": "고양이|고양이사료|고양미|고양이와 공유기 만들기", "공": "고양이|고양이사료|고양미|고양이와 공유기 만들기",
		"고야": "고양이|고양이사료|고양미|고양이와 공유기 만들기", "ㄱㅇㅇ": "고양이|고양이사료|고양이와 공유기 만들기", "ㄱ": "고양이|고양이사료|고양미|고양이와 공유기 만들기",
		"#고양이사": "고양이사료", "고양이사룡": "", "@yang": "고양미", "양미": "고양미", "ㅇㅁ": "고양미", "양ㅁ": "고양미", "rhdi": "고양이|고양이사료|고양미|고양이와 공유기 만들기", "rhd": "고양이|고양이사료|고양미|고양이와 공유기 만들기",
		"rea": "React hooks explained", "hooks expl": "React hooks explained", "비밀": "", "친구": "", "": "", "!": "", "고양이 공유": "고양이와 공유기 만들기",
	} {
		for _, who := range []Audience{{}, {UserID: "ada"}, {UserID: "mo", Staff: true}, {UserID: "cleo", Following: []string{"ada"}}} {
			found, err := ix.Suggest(t.Context(), typed, who, 10)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range found {
				got = append(got, s.Text)
			}
			if strings.Join(got, "|") != want {
				t.Errorf("%s for %q: got %v, want %s", typed, who.UserID, got, want)
			}
		}
	}
	if found, err := ix.Suggest(t.Context(), "고양", Audience{UserID: "x", Hide: []string{"u1", "ada"}}, 10); err != nil || len(found) != 2 {
		t.Errorf("whom one muted is suggested: %v, %v", found, err)
	}
}
