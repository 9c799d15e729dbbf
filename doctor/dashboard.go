package doctor

import "embed"

// Dashboard is an extension of PocketBase's dashboard.
//
//go:embed dashboard/main.js
var Dashboard embed.FS
