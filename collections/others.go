package collections

// Collections that only the program itself reads by name.
const (
	Tags          = "tags"
	Notifications = "notifications"
	BannedWords   = "banned_words"
	Sessions      = "sessions"
	RefreshTokens = "refresh_tokens"
	Searches      = "searches"
)
