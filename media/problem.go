package media

import (
	"errors"
	"net/http"
)

// Codes of the problems of a file; stable, translated by code.
const (
	CodeUnsupportedType = "validation_unsupported_type"
	CodeHEIF            = "validation_heif"
	CodeMimeMismatch    = "validation_mime_mismatch"
	CodeBroken          = "validation_broken_media"
	CodeTooManyPixels   = "validation_image_too_large"
	CodeSizeLimit       = "validation_file_size_limit"
	CodeBannedWord      = "validation_banned_word"
	CodeRange           = "range_not_satisfiable"
)

// Reasons of CodeBroken, in Params["reason"].
const (
	reasonCut        = "cut"
	reasonEmpty      = "empty"
	reasonUnreadable = "unreadable"
)

// What parsers return; explain makes Problems of them.
var (
	errCut       = errors.New("the file ends before its content does")
	errEmpty     = errors.New("the file holds nothing to show or play")
	errMalformed = errors.New("the file breaks its format's rules")
)

// Problem is why a file can't be stored or served, fit to be shown.
type Problem struct {
	// Status is the HTTP status to answer with.
	Status int
	// Code is one of the constants above, Message its English sentence.
	Code, Message string
	// Params are the values inside the message, for translations:
	// "limit" (MB) and "type" of CodeSizeLimit, "reason" of CodeBroken.
	Params map[string]string
}

// Error is the code and the message.
func (p *Problem) Error() string { return p.Code + ": " + p.Message }

func unsupported(message string) *Problem {
	return &Problem{Status: http.StatusUnsupportedMediaType, Code: CodeUnsupportedType, Message: message}
}

func mismatch(message string) *Problem {
	return &Problem{Status: http.StatusUnsupportedMediaType, Code: CodeMimeMismatch, Message: message}
}

func broken(reason string) *Problem {
	text := map[string]string{
		reasonCut:        "The file is cut: a part of it is missing. Upload it again.",
		reasonEmpty:      "The file is empty: there is nothing in it to show or play.",
		reasonUnreadable: "The file is damaged and can't be read.",
	}
	return &Problem{
		Status: http.StatusBadRequest, Code: CodeBroken, Message: text[reason],
		Params: map[string]string{"reason": reason},
	}
}

func tooManyPixels() *Problem {
	return &Problem{
		Status: http.StatusBadRequest, Code: CodeTooManyPixels,
		Message: "The picture is too large: at most 50 megapixels, all frames together, and 12,000 pixels a side.",
	}
}

// bannedWord is for a file that says in its tags what isn't to be said.
func bannedWord() *Problem {
	return &Problem{Status: http.StatusBadRequest, Code: CodeBannedWord, Message: BannedWord}
}

// BannedWord is what is said of a banned word, whatever holds it.
const BannedWord = "Contains a word that isn't welcome here."

// tooComplex is for a picture within the bounds whose encoding takes too much memory to decode.
func tooComplex() *Problem {
	p := tooManyPixels()
	p.Message = "The picture takes too much memory to open. Save it smaller, or as an ordinary (not progressive, 8-bit) picture."
	return p
}

// Limits are the largest sizes accepted, in bytes; 0 refuses the family.
type Limits struct {
	Image, Audio, Video int64
}

func (l Limits) byType() map[Type]int64 {
	return map[Type]int64{Image: l.Image, Audio: l.Audio, Video: l.Video}
}

// largest is the largest of them.
func (l Limits) largest() int64 { return max(l.Image, l.Audio, l.Video) }

// Check is a *Problem (413) when size is over the limit of t, whose message says the limit.
func (l Limits) Check(t Type, size int64) error {
	limit := l.byType()[t]
	if size <= limit {
		return nil
	}
	mb := megabytes(limit)
	return &Problem{
		Status: http.StatusRequestEntityTooLarge, Code: CodeSizeLimit,
		Message: "The file is too large: " + map[Type]string{Image: "a picture", Audio: "a sound", Video: "a film"}[t] + " may be at most " + mb + " MB.",
		Params:  map[string]string{"limit": mb, "type": string(t)},
	}
}
