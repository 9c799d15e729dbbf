// Package ui is the web client: pages in Korean and English that read without scripts and are enhanced by a few modules of ours.
// It decides nothing about posts or people: what it shows and does comes from the services that hooks hand it, over the same checks as the API.
// Start reading at site.go (every page), then call.go and render.go; site/ has the templates, the style and the modules.
package ui

import "embed"

// files are the templates (layout, parts, pages) and what browsers fetch (assets, js, the style).
//
//go:embed site
var files embed.FS
