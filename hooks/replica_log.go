package hooks

import (
	"context"
	"log/slog"
)

// warnings is the app's log for what the library of replicas says: from warnings on, and with times as text, since the
// log is kept as JSON that has none.
type warnings struct{ slog.Handler }

// Enabled implements [slog.Handler], and so do the others.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) Handle(ctx context.Context, r slog.Record) error {
	plain := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		plain.AddAttrs(inWords(a))
		return true
	})
	return w.Handler.Handle(ctx, plain)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	plain := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		plain[i] = inWords(a)
	}
	return warnings{w.Handler.WithAttrs(plain)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }

func inWords(a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}
