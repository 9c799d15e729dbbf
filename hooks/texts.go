package hooks

import (
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"
)

// texts is what every text goes through, on whatever way it comes.
//
//	before  bytes that are no UTF-8 are taken out: forms and file names can carry them, and
//	        an error that repeats them can't be encoded as JSON, so that nothing is answered at all
func texts(app core.App) {
	app.OnRecordCreate().Bind(named("texts.valid", validTexts))
	app.OnRecordUpdate().Bind(named("texts.valid", validTexts))
}

func validTexts(e *core.RecordEvent) error {
	for _, field := range e.Record.Collection().Fields {
		name := field.GetName()
		switch value := e.Record.GetRaw(name).(type) {
		case string:
			if !utf8.ValidString(value) {
				e.Record.SetRaw(name, strings.ToValidUTF8(value, ""))
			}
		case []string: // a choice of several
			for i := range value {
				value[i] = strings.ToValidUTF8(value[i], "")
			}
		}
	}
	return e.Next()
}
