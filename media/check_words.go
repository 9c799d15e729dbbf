package media

import (
	"errors"
	"fmt"

	"madang/i18n"
)

// FaultKind is a way in which rows and files disagree; its text is stable.
type FaultKind string

// The kinds of faults.
const (
	MissingFile      FaultKind = "missing_file"
	StrayFile        FaultKind = "stray_file"
	ForeignFile      FaultKind = "foreign_file"
	TempFile         FaultKind = "temp_file"
	ExpiredUpload    FaultKind = "expired_upload"
	MissingThumbnail FaultKind = "missing_thumbnail"
	StaleThumbnail   FaultKind = "stale_thumbnail"
	Unattached       FaultKind = "unattached"
	Stuck            FaultKind = "stuck"
	WrongSize        FaultKind = "wrong_size"
)

// words say one thing in both languages.
type words struct{ en, ko string }

func (w words) in(lang i18n.Lang) string {
	if lang == i18n.Korean {
		return w.ko
	}
	return w.en
}

// faultWords are what is said of a fault, what to do about it, and what was done.
var faultWords = map[FaultKind]struct{ says, mend, done words }{
	MissingFile: {
		words{"the record names a file that isn't stored", "레코드에 적힌 파일이 저장소에 없습니다"},
		words{"restore it from a backup", "백업에서 복원하세요"}, words{},
	},
	StrayFile: {
		words{"no record names this file (%s, of %s)", "어느 레코드에도 없는 파일입니다(%s, %s)"},
		words{"--fix deletes it", "--fix로 지웁니다"}, words{"deleted", "지웠습니다"},
	},
	ForeignFile: {
		words{"lies outside of every collection (%s, of %s)", "어느 컬렉션에도 속하지 않는 파일입니다(%s, %s)"},
		words{"look whose it is; --fix leaves it alone", "누구의 것인지 확인하세요. --fix는 그대로 둡니다"}, words{},
	},
	TempFile: {
		words{"left by an upload that was killed (%s, of %s)", "중단된 업로드가 남긴 임시 파일입니다(%s, %s)"},
		words{"--fix deletes it", "--fix로 지웁니다"}, words{"deleted", "지웠습니다"},
	},
	ExpiredUpload: {
		words{"an upload that was not finished within 24 hours", "24시간 안에 끝나지 않은 업로드입니다"},
		words{"the running server ends it within the hour, or --fix does", "실행 중인 서버가 한 시간 안에 끝내며, --fix로도 끝냅니다"}, words{"ended", "끝냈습니다"},
	},
	MissingThumbnail: {
		words{"a thumbnail is missing", "섬네일이 없습니다"},
		words{"--fix makes it anew", "--fix로 다시 만듭니다"}, words{"made anew", "다시 만들었습니다"},
	},
	StaleThumbnail: {
		words{"a thumbnail can't be read, or is of something else", "섬네일을 읽을 수 없거나 다른 그림의 것입니다"},
		words{"--fix makes it anew", "--fix로 다시 만듭니다"}, words{"made anew", "다시 만들었습니다"},
	},
	Unattached: {
		words{"uploaded more than 24 hours ago, and in no post", "올린 지 24시간이 지났지만 어느 글에도 없습니다"},
		words{"the running server deletes it within the hour; --fix leaves it alone", "실행 중인 서버가 한 시간 안에 지웁니다. --fix는 그대로 둡니다"}, words{},
	},
	Stuck: {
		words{"has been processing for more than 24 hours", "24시간 넘게 처리 중입니다"},
		words{"--fix reads the file again", "--fix로 파일을 다시 읽습니다"}, words{"read again", "다시 읽었습니다"},
	},
	WrongSize: {
		words{"%d bytes are stored, the record says %d", "저장된 크기는 %d바이트인데 레코드에는 %d바이트입니다"},
		words{"--fix corrects the record when the file is whole", "파일이 온전하면 --fix로 레코드를 바로잡습니다"}, words{"corrected", "바로잡았습니다"},
	},
}

var notMended = words{"not mended: %s", "고치지 못했습니다: %s"}

// reasonOf is err as somebody at a terminal reads it.
func reasonOf(err error, lang i18n.Lang) string {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem.In(lang)
	}
	return err.Error()
}

func size(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	if n < 1<<20 {
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}
