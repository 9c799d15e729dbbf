package i18n_test

import (
	"errors"
	"net/http"
	"testing"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
)

func TestMatch(t *testing.T) {
	for header, want := range map[string]i18n.Lang{
		"": i18n.English, "ko": i18n.Korean, "ko-KR,ko;q=0.9,en;q=0.8": i18n.Korean, "en-US,ko;q=0.5": i18n.English,
		"fr": i18n.English, "fr,ko;q=0.5": i18n.Korean, "*": i18n.English, ";;;": i18n.English,
	} {
		if got := i18n.Match(header); got != want {
			t.Errorf("Match(%q) = %s, want %s", header, got, want)
		}
	}
}

func TestErrorSpeaksKoreanAndKeepsItsCodes(t *testing.T) {
	cause := validation.Errors{
		"title": validation.NewError("validation_min_text_constraint", "Must be at least {{.min}} character(s).").SetParams(map[string]any{"min": 2}),
		"inner": validation.Errors{"tags": validation.NewError("validation_tag_length", "Each tag has 1 to 50 characters.")},
		"odd":   validation.NewError("validation_nobody_knows", "Odd."),
	}
	english := router.NewApiError(http.StatusBadRequest, "The request is not valid.", cause)
	var got *router.ApiError
	if !errors.As(i18n.Error(english, i18n.Korean), &got) {
		t.Fatal("not an answer any more")
	}
	title := got.Data["title"].(map[string]any)
	inner := got.Data["inner"].(map[string]any)["tags"].(map[string]any)
	odd := got.Data["odd"].(map[string]any)
	switch {
	case got.Status != http.StatusBadRequest, got.Message != "요청이 올바르지 않습니다.":
		t.Errorf("%d %s", got.Status, got.Message)
	case title["code"] != "validation_min_text_constraint", title["message"] != "2자 이상이어야 합니다.":
		t.Errorf("title: %v", title)
	case inner["message"] != "태그는 1~50자여야 합니다.":
		t.Errorf("inner: %v", inner)
	case odd["code"] != "validation_nobody_knows", odd["message"] != "Odd.":
		t.Errorf("odd: %v", odd)
	}
	if english.Data["title"].(map[string]any)["message"] == title["message"] {
		t.Error("the original was changed")
	}
}

func TestErrorInEnglishIsTheSame(t *testing.T) {
	err := router.NewNotFoundError("", nil)
	if got := i18n.Error(err, i18n.English); !errors.Is(got, err) {
		t.Errorf("got %v", got)
	}
	if i18n.Error(nil, i18n.Korean) != nil {
		t.Error("nil became an error")
	}
}

func TestPrefixesAndPlainErrors(t *testing.T) {
	var got *router.ApiError
	if !errors.As(i18n.Error(router.NewForbiddenError("You are suspended until 2027-01-01.", nil), i18n.Korean), &got) ||
		got.Message != "활동이 정지되어 있습니다." {
		t.Errorf("got %+v", got)
	}
	if !errors.As(i18n.Error(errors.New("disk on fire at /dev/sda"), i18n.Korean), &got) || got.Status != http.StatusBadRequest {
		t.Errorf("got %+v", got)
	}
}
