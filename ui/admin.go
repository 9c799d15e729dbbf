package ui

import "embed"

// Admin is our extension of PocketBase's dashboard: pages for those who run the place.
//
//go:embed admin
var Admin embed.FS
