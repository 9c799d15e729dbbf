package moderation

import (
	"time"

	"madang/present"
)

// Service is what moderators and those who call them do.
type Service struct {
	Show          *present.Presenter
	Now           func() time.Time
	ReportsToHide int // open reports by established people that hide a post; 0: never
}
