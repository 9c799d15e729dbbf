package collections

import (
	"encoding/json"
	"fmt"
)

// MaxCaptions is how many languages a medium has captions in.
const MaxCaptions = 10

// Caption is a file of what is said and heard in a medium.
type Caption struct {
	Language string `json:"language"` // BCP 47; each once
	Label    string `json:"label"`    // what a reader chooses by, or ""
	File     string `json:"file"`     // as stored
}

// Captions are those that the field of a medium holds, in the order in which they were added.
func Captions(stored []byte) (all []Caption, err error) {
	if isNothing(stored) {
		return nil, nil
	}
	if err := json.Unmarshal(stored, &all); err != nil {
		return nil, fmt.Errorf("read captions: %w", err)
	}
	return all, nil
}
