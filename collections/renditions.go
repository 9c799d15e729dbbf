package collections

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// WorkDir is the folder below the data folder where films are worked on. Nothing in it outlives a start.
const WorkDir = "work"

// Uses of renditions.
const (
	ForHLS   = "hls"  // one size of the adaptive stream
	ForFilms = "film" // an MP4 that every browser plays, of a film that not every one does
)

// Rendition is a file that was made of a film.
type Rendition struct {
	Use      string `json:"use"`
	File     string `json:"file"`               // as stored
	Playlist string `json:"playlist,omitempty"` // the same, of HLS
	Width    int    `json:"width"`              // pixels
	Height   int    `json:"height"`
	Size     int64  `json:"size"` // bytes
	Peak     int    `json:"peak"` // bit/s
	Average  int    `json:"average"`
	Codecs   string `json:"codecs"` // RFC 6381
}

// Name is what a rendition is called in URLs, without its extension: its lines, those of the shorter side.
func (r Rendition) Name() string { return strconv.Itoa(min(r.Width, r.Height)) }

// Renditions are those of a use, the smallest first, out of what the field holds.
func Renditions(stored []byte, use string) (some []Rendition, err error) {
	if isNothing(stored) {
		return nil, nil
	}
	var all []Rendition
	if err := json.Unmarshal(stored, &all); err != nil {
		return nil, fmt.Errorf("read renditions: %w", err)
	}
	for _, r := range all {
		if r.Use == use {
			some = append(some, r)
		}
	}
	return some, nil
}

// isNothing reports whether a stored list has nothing in it, as most have that come with a page of media.
func isNothing(stored []byte) bool {
	switch string(stored) {
	case "", "null", "[]":
		return true
	}
	return false
}
