package collections

import (
	"github.com/pocketbase/pocketbase/core"
)

// ModerationLog is the collection of what moderators, and the program in their place, did.
const ModerationLog = "moderation_log"

// Actions in the log. People do all but the last two.
const (
	Dismiss  = "dismiss"   // there is nothing to it
	Approve  = "approve"   // it is fine, and shown again if it was hidden
	Hide     = "hide"      // its author and staff alone still see it
	Remove   = "remove"    // into the trash: seen by nobody, deleted later
	Warn     = "warn"      // its author is told
	Suspend  = "suspend"   // its author may only read until a day
	Undo     = "undo"      // an earlier entry is no longer so
	AutoHide = "auto_hide" // enough people reported it
	Hold     = "hold"      // it has a word that a moderator has to look at
)

// What hid a post.
const (
	HiddenHeld      = "held"      // a banned word
	HiddenByReports = "reports"   // enough reports
	HiddenByStaff   = "moderator" // a moderator
)

// LogEntry is a typed view of a record of [ModerationLog].
type LogEntry struct{ core.BaseRecordProxy }

// LogEntryOf wraps r.
func LogEntryOf(r *core.Record) *LogEntry {
	l := &LogEntry{}
	l.SetProxyRecord(r)
	return l
}

// FindLogEntry finds the entry with that id; sql.ErrNoRows when there is none.
func FindLogEntry(app core.App, id string) (*LogEntry, error) {
	r, err := app.FindRecordById(ModerationLog, id)
	if err != nil {
		return nil, err
	}
	return LogEntryOf(r), nil
}

func (l *LogEntry) Action() string     { return l.GetString("action") }
func (l *LogEntry) Subject() string    { return l.GetString("subject") }
func (l *LogEntry) TargetType() string { return l.GetString("target_type") }
func (l *LogEntry) TargetID() string   { return l.GetString("target_id") }

// Before is what the fields were that the act changed, After what it made of them; none when it changed none.
func (l *LogEntry) Before() (map[string]string, error) { return l.fields("before") }

// After is described at [LogEntry.Before].
func (l *LogEntry) After() (map[string]string, error) { return l.fields("after") }

func (l *LogEntry) fields(name string) (map[string]string, error) {
	values := map[string]string{}
	err := l.UnmarshalJSONField(name, &values)
	return values, err
}
