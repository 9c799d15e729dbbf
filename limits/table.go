package limits

import "time"

// Class is a kind of request with its own limits. It is the same on every surface: a like
// counts as a like on our routes, on PocketBase's, on the pages, and in a batch.
type Class string

// The classes.
const (
	Login    Class = "login"    // a name and a password, or a provider's code
	Code     Class = "code"     // a mailed or generated code or token, which could be guessed
	SignUp   Class = "sign-up"  //
	Refresh  Class = "refresh"  // tokens for a refresh token
	Password Class = "password" // what asks for the password or a code again
	Mail     Class = "mail"     // what sends a mail
	Post     Class = "post"     //
	Preview  Class = "preview"  // of a post as it is being written
	Upload   Class = "upload"   //
	Comment  Class = "comment"  //
	Message  Class = "message"  //
	Typing   Class = "typing"   // saying that one writes a message
	Push     Class = "push"     // trying out push: each browser's service is asked, and anybody may name one
	Social   Class = "social"   // like, bookmark, follow, mute, block
	Report   Class = "report"   //
	Search   Class = "search"   //
	Stream   Class = "stream"   // realtime: connecting and subscribing
	File     Class = "file"     // media; a player asks for many ranges
	Write    Class = "write"    // any other change
	Read     Class = "read"     // any other reading
	Exposure Class = "exposure" // a browser that an experiment counts for the first time; beyond the limit it is shown a variant and not counted
	Free     Class = "free"     // the program's own scripts and styles, and its health
)

// rule is how many requests of a class one account and one address may make per window.
// Many accounts share an address (a school, a mobile carrier), so that limit is the wider one.
// An account is who is signed in or, where somebody is about to, whoever the body names.
// 0 is none.
type rule struct {
	per              time.Duration
	account, address int
}

// table is every limit. A class that isn't here has none.
var table = map[Class]rule{
	Login:    {1 * time.Minute, 10, 60}, // bounds the work; what bounds guessing is maxFailures
	Code:     {10 * time.Minute, 5, 20},
	SignUp:   {10 * time.Minute, 0, 60},
	Refresh:  {1 * time.Minute, 20, 60},
	Password: {10 * time.Minute, 5, 20},
	Mail:     {15 * time.Minute, 3, 10},
	Post:     {1 * time.Minute, 10, 40},
	Preview:  {1 * time.Minute, 60, 240},
	Upload:   {1 * time.Minute, 30, 90},
	Comment:  {1 * time.Minute, 20, 80},
	Message:  {1 * time.Minute, 60, 240},
	Typing:   {1 * time.Minute, 60, 240},
	Push:     {10 * time.Minute, 5, 40},
	Social:   {1 * time.Minute, 60, 240},
	Report:   {10 * time.Minute, 20, 40},
	Search:   {1 * time.Minute, 60, 120},
	Stream:   {1 * time.Minute, 180, 600}, // a page connects and subscribes a second after it is shown: 120 at most for who leafs
	File:     {1 * time.Minute, 1200, 3600},
	Write:    {1 * time.Minute, 60, 240},
	Read:     {1 * time.Minute, 300, 900},
	Exposure: {1 * time.Hour, 0, 300},
}

// Failed sign-ins are counted in the database, so that a restart forgets none.
const (
	maxFailures   = 10 // by account and by address
	failureWindow = 5 * time.Minute
)

// Realtime connections at the same time, and subscriptions of one.
const (
	streamsPerAddress = 100
	streamsPerAccount = 10
	maxSubscriptions  = 20
)

// A batch of somebody who is no superuser.
const maxBatch = 20
