package i18n

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/tools/router"
)

// Error is err as its reader understands it: an answer in lang. Codes and statuses stay.
// English, which the program writes, is returned as it is.
func Error(err error, lang Lang) error {
	if err == nil || lang != Korean {
		return err
	}
	var api *router.ApiError
	if !errors.As(err, &api) {
		api = router.ToApiError(err)
	}
	translated := router.NewApiError(api.Status, korean(api.Message), api.RawData())
	translated.Message = korean(api.Message) // note: not sentenced as English
	translated.Data = fields(api.Data)
	if translated.Message == api.Message {
		translated.Message = only(translated.Data, api.Message)
	}
	return translated
}

// only is what is said beside the one bad field, when the answer says no more than that.
func only(data map[string]any, otherwise string) string {
	if len(data) != 1 {
		return otherwise
	}
	for _, item := range data {
		if said, ok := item.(map[string]any); ok {
			if message, ok := said["message"].(string); ok {
				return message
			}
		}
	}
	return otherwise
}

// fields translates the messages beside bad fields by their codes, however deep.
func fields(data map[string]any) map[string]any {
	out := make(map[string]any, len(data))
	for name, value := range data {
		item, isMap := value.(map[string]any)
		if !isMap {
			out[name] = value
			continue
		}
		code, isItem := item["code"].(string)
		if !isItem {
			out[name] = fields(item)
			continue
		}
		said := make(map[string]any, len(item))
		for k, v := range item {
			said[k] = v
		}
		params, _ := item["params"].(map[string]any)
		if message, isText := item["message"].(string); isText {
			said["message"] = Sentence(Korean, code, message, params)
		}
		out[name] = said
	}
	return out
}

// Sentence is in lang what is said beside a bad field; message is that in English.
func Sentence(lang Lang, code, message string, params map[string]any) string {
	if lang != Korean {
		return message
	}
	if sentence, known := bySentence[message]; known { // says more than the code does
		return sentence
	}
	if sentence, known := byCode[code]; known {
		return fill(sentence, params)
	}
	return korean(message)
}

// fill puts params into the {places} of a sentence.
func fill(sentence string, params map[string]any) string {
	for name, value := range params {
		sentence = strings.ReplaceAll(sentence, "{"+name+"}", fmt.Sprint(value))
	}
	return sentence
}

func korean(message string) string {
	if sentence, known := bySentence[message]; known {
		return sentence
	}
	for prefix, sentence := range byPrefix {
		if strings.HasPrefix(message, prefix) {
			return sentence
		}
	}
	return message
}
