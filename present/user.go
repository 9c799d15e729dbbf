package present

import (
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// UserBrief is a person beside something of theirs.
type UserBrief struct {
	ID           string `json:"id" db:"id" required:"true"`
	Username     string `json:"username" db:"username" required:"true"`
	Name         string `json:"name" db:"name" required:"true"`
	ProfileImage string `json:"profile_image" db:"profile_image" required:"true"`
	IsVerified   bool   `json:"is_verified" db:"is_verified" required:"true"`
}

// User is a person's profile.
type User struct {
	UserBrief
	Bio            string `json:"bio" db:"bio"`
	Role           string `json:"role" db:"role" enum:"member,premium,creator,moderator,admin"`
	FollowersCount int    `json:"followers_count" db:"followers_count"`
	FollowingCount int    `json:"following_count" db:"following_count"`
	PostsCount     int    `json:"posts_count" db:"posts_count"`
	IsFollowing    bool   `json:"is_following" db:"is_following"`     // the viewer follows them
	IsFollowedBy   bool   `json:"is_followed_by" db:"is_followed_by"` // they follow the viewer
	IsRequested    bool   `json:"is_requested" db:"is_requested"`     // the viewer asked to follow them
	CreatedAt      string `json:"created_at" db:"created_at"`
	// ApprovesFollowers says that a follow of them is a request at first.
	ApprovesFollowers bool `json:"approves_followers" db:"approves_followers"`
	*Account
}

// Account is what only its owner sees.
type Account struct {
	Email  string `json:"email"`
	Phone  string `json:"phone"`
	Locale string `json:"locale"`
	// MessagesFrom says who may write to them.
	MessagesFrom string `json:"messages_from" enum:"mutual,nobody"`
	Verified     bool   `json:"verified"` // the e-mail is confirmed
	TOTPEnabled  bool   `json:"totp_enabled"`
	// TagsApart says that posts of followed tags stay out of the home feed.
	TagsApart bool `json:"tags_apart"`
	// RecommendationsOff says that nothing is recommended to them, nor kept for it.
	RecommendationsOff bool `json:"recommendations_off"`
}

// userColumns are the columns of [User]; the viewer is the parameter {:me}.
var userColumns = []string{
	"users.id", "users.username", "users.name", "users.profile_image", "users.is_verified", "users.bio", "users.role",
	"users.followers_count", "users.following_count", "users.posts_count", "users.created_at", "users.approves_followers",
	"EXISTS (SELECT 1 FROM follows f WHERE f.follower = {:me} AND f.following = users.id) AS is_following",
	"EXISTS (SELECT 1 FROM follows f WHERE f.follower = users.id AND f.following = {:me}) AS is_followed_by",
	"EXISTS (SELECT 1 FROM follow_requests r WHERE r.follower = {:me} AND r.following = users.id) AS is_requested",
}

// UserQuery selects people as v sees them, to be run by [Users].
func UserQuery(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select(userColumns...).From("users").Bind(dbx.Params{"me": v.ID})
}

// Users runs a query made by [UserQuery].
func Users(q *dbx.SelectQuery) ([]User, error) {
	users := []User{}
	if err := q.All(&users); err != nil {
		return nil, err
	}
	for i := range users {
		users[i].finish()
	}
	return users, nil
}

func (u *User) finish() {
	u.ProfileImage = fileURL(collections.Users, u.ID, u.ProfileImage)
	u.CreatedAt = Time(u.CreatedAt)
}

// Brief is the person of a record, beside something of theirs.
func Brief(r *core.Record) UserBrief {
	return UserBrief{
		ID: r.Id, Username: r.GetString("username"), Name: r.GetString("name"),
		ProfileImage: fileURL(collections.Users, r.Id, r.GetString("profile_image")),
		IsVerified:   r.GetBool("is_verified"),
	}
}

// UserByID is the profile of one person as v sees it; sql.ErrNoRows when there is none.
// The owner also sees their [Account].
func UserByID(app core.App, v collections.Viewer, id string) (*User, error) {
	r, err := app.FindRecordById(collections.Users, id)
	if err != nil {
		return nil, err
	}
	u := User{
		UserBrief: Brief(r), Bio: r.GetString("bio"), Role: r.GetString("role"),
		FollowersCount: r.GetInt("followers_count"), FollowingCount: r.GetInt("following_count"),
		PostsCount: r.GetInt("posts_count"), CreatedAt: Time(r.GetString("created_at")),
		ApprovesFollowers: r.GetBool("approves_followers"),
	}
	if v.ID == id {
		u.Account = &Account{
			Email: r.Email(), Phone: r.GetString("phone"), Locale: r.GetString("locale"), MessagesFrom: messagesFrom(r), Verified: r.Verified(),
			TagsApart: r.GetBool("tags_apart"), RecommendationsOff: r.GetBool("recommendations_off"),
		}
		u.TOTPEnabled, err = collections.HasTOTP(app, id)
		return &u, err
	}
	if v.ID == "" {
		return &u, nil
	}
	if u.IsFollowing, err = collections.Exists(app, collections.FollowPairs, v.ID, id); err != nil {
		return nil, err
	}
	if u.IsRequested, err = collections.Exists(app, collections.RequestPairs, v.ID, id); err != nil {
		return nil, err
	}
	u.IsFollowedBy, err = collections.Exists(app, collections.FollowPairs, id, v.ID)
	return &u, err
}

func messagesFrom(r *core.Record) string {
	if collections.UserOf(r).AcceptsMessages() {
		return collections.MessagesFromMutual
	}
	return collections.MessagesFromNobody
}

// NameLike matches people whose username or name has query in it, whatever the case.
func NameLike(query string) dbx.Expression {
	return dbx.NewExp(`(users.username LIKE {:like} ESCAPE '\' OR LOWER(users.name) LIKE {:like} ESCAPE '\')`, dbx.Params{"like": contains(query, "@")})
}

// TagLike matches tags that have query in them.
func TagLike(query string) dbx.Expression {
	return dbx.NewExp(`tags.name LIKE {:like} ESCAPE '\'`, dbx.Params{"like": contains(query, "#")})
}

// Containing is the LIKE pattern of texts that have word in them; escape with a backslash.
func Containing(word string) string { return contains(word, "") }

func contains(query, sign string) string {
	query = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(query)), sign)
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(query) + "%"
}

// Listed is a person in a list of pairs – who liked a post, who follows whom – with the
// place of the pair in that list.
type Listed struct {
	User
	At     string `json:"-" db:"pair_at"`
	PairID string `json:"-" db:"pair_id"`
}

// ListedQuery is a query over a pair collection as v looks at it, to be narrowed and given to [Listeds]. It joins nothing, so
// that counting the pairs looks nobody up.
func ListedQuery(app core.App, v collections.Viewer, pairs string) *dbx.SelectQuery {
	return app.DB().Select().From(pairs).Bind(dbx.Params{"me": v.ID})
}

// Listeds runs a query made by [ListedQuery] as a page of the people in a column of the pairs, the newest pair first.
func Listeds(p Page, q *dbx.SelectQuery, pairs, column string) (List[Listed], error) {
	order := []Key{{pairs + ".created_at", true}, {pairs + ".id", true}}
	load := func(q *dbx.SelectQuery) ([]Listed, error) {
		q.Select(slices.Concat(userColumns, []string{pairs + ".created_at AS pair_at", pairs + ".id AS pair_id"})...).
			InnerJoin("users", dbx.NewExp("users.id = "+pairs+"."+column))
		rows := []Listed{}
		err := q.All(&rows)
		for i := range rows {
			rows[i].finish()
		}
		return rows, err
	}
	return Paginate(p, q, order, load, func(l Listed) []any { return []any{l.At, l.PairID} })
}
