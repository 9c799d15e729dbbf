package media

import (
	"maps"
	"net/http"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// CodeQuota says that somebody has no room left, CodeDailyQuota that they sent enough for a day.
const (
	CodeQuota      = "validation_quota"
	CodeDailyQuota = "validation_daily_quota"
)

// Allowance is how much people may store, by role, in bytes. A role that isn't there has no limit.
type Allowance struct {
	Total, Daily map[string]int64
	Zone         *time.Location // where a day begins
}

// Room is how much somebody may still store.
type Room struct {
	Total RoomOf `json:"total"`
	Today RoomOf `json:"today"`
	// MaxSize is what a single file may have, in bytes, by kind.
	MaxSize map[Type]int64 `json:"max_size"`
}

// RoomOf is one limit of a [Room], in bytes.
type RoomOf struct {
	Used  int64  `json:"used"`
	Limit *int64 `json:"limit"` // null where there is none
	Left  *int64 `json:"left"`
}

// Room answers GET /api/users/me/quota.
func (a *API) Room(e *core.RequestEvent) error {
	room, err := a.roomOf(e.App, collections.UserOf(e.Auth))
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, room)
}

// roomOf is what the person may still store, uploads on their way taken as arrived.
func (s *Service) roomOf(app core.App, u *collections.User) (Room, error) {
	stored, err := collections.StoredBytes(app, u.Id)
	if err != nil {
		return Room{}, err
	}
	sent, err := collections.SentBytes(app, u.Id, s.day())
	if err != nil {
		return Room{}, err
	}
	pending, err := collections.PendingOf(app, u.Id)
	if err != nil {
		return Room{}, err
	}
	return Room{
		Total:   roomIn(stored+pending.Bytes, s.Allowance.Total, u.Role()),
		Today:   roomIn(sent+pending.Bytes, s.Allowance.Daily, u.Role()),
		MaxSize: maps.Clone(s.Limits.byType()),
	}, nil
}

// Left is how many bytes more the person may send now, nil where there is no limit.
func (s *Service) Left(app core.App, u *collections.User) (*int64, error) {
	room, err := s.roomOf(app, u)
	if err != nil {
		return nil, err
	}
	left := room.Total.Left
	if today := room.Today.Left; left == nil || today != nil && *today < *left {
		left = today
	}
	return left, nil
}

func roomIn(used int64, limits map[string]int64, role string) RoomOf {
	limit, limited := limits[role]
	if !limited {
		return RoomOf{Used: used}
	}
	left := max(0, limit-used)
	return RoomOf{used, &limit, &left}
}

// fits is a *Problem when size more bytes are more than the person may store.
func (s *Service) fits(app core.App, owner string, size int64) error {
	u, err := collections.FindUser(app, owner)
	if err != nil {
		return err
	}
	room, err := s.roomOf(app, u)
	if err != nil {
		return err
	}
	if left := room.Total.Left; left != nil && size > *left {
		return noRoom(CodeQuota, "There is no room left for this file: you may store "+megabytes(*room.Total.Limit)+" MB. Delete files that you no longer need.", *room.Total.Limit)
	}
	if left := room.Today.Left; left != nil && size > *left {
		return noRoom(CodeDailyQuota, "You may upload "+megabytes(*room.Today.Limit)+" MB a day. Try again tomorrow.", *room.Today.Limit)
	}
	return nil
}

func noRoom(code, message string, limit int64) *Problem {
	return &Problem{Status: http.StatusRequestEntityTooLarge, Code: code, Message: message, Params: map[string]string{"limit": megabytes(limit)}}
}

func megabytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', -1, 64) }

func (s *Service) day() string { return s.Now().In(s.Allowance.Zone).Format(time.DateOnly) }

// Admit refuses a new medium for which its owner has no room, and counts it as sent today: in
// the transaction that writes the row, so that two uploads at once can't share the last room.
func (s *Service) Admit(tx core.App, record *core.Record) error {
	owner, size := record.GetString("owner"), int64(record.GetFloat(fieldSize))
	if _, promised := record.GetRaw(arrivedKey).(arrival); !promised { // note: it has had its room since it began
		if err := s.fits(tx, owner, size); err != nil {
			return err
		}
	}
	return collections.AddSentBytes(tx, owner, s.day(), size)
}

// arrival marks a medium that arrived by pieces: it had its room since then, and its file is
// prepared already. No client can send the mark: what comes from outside is never of this type.
type arrival struct{}

const arrivedKey = "@arrived"
