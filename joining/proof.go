package joining

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// Proof of work, after Back's hashcash (2002) with a challenge of the server's: whoever signs up looks for a number that
// makes SHA-256(challenge + "." + number) begin with so many zero bits. A browser finds it while somebody types; a program
// that signs up a thousand times works for an hour. The challenge is "1.nonce.expires.bits.mac", so the server
// keeps nothing of those it gives out; a nonce that was used is kept until it expires.

// Challenge is what a client is to work on.
type Challenge struct {
	Algorithm string `json:"algorithm"` // SHA-256
	Challenge string `json:"challenge"`
	Bits      int    `json:"bits"` // with which SHA-256(challenge + "." + number) has to begin, zero
	ExpiresAt string `json:"expires_at"`
}

const (
	challengeLife = 30 * time.Minute
	// leastBits are half a million hashes, on the average: our script makes 1.4 million a second on one core of a small server,
	// a phone a third of that. mostBits are sixteen times as many.
	leastBits, mostBits = 19, 23
	// slack is how many bits less than is asked for now a challenge may ask for, that somebody was given before many came. So
	// nobody keeps a stock of cheap ones for a rush.
	slack = 2
	// calm is how many may join in an hour before the others are asked for proof, and for more of it.
	calm = 10
)

// Rush is how many joined, or want to, in the last hour, or a little longer.
func (s *Service) rush(app core.App) (n int, err error) {
	since := s.Now().Add(-time.Hour)
	err = app.DB().NewQuery(`SELECT (SELECT COALESCE(SUM(n), 0) FROM tallies WHERE metric = 'users' AND subject = '' AND quarter >= {:quarter})
		+ (SELECT COUNT(*) FROM applications WHERE created_at >= {:since})`).
		Bind(dbx.Params{"quarter": collections.Quarter(since), "since": collections.Stamp(since)}).Row(&n)
	if err != nil {
		return 0, fmt.Errorf("count who joined of late: %w", err)
	}
	return n, nil
}

// Difficulty is how many bits a proof must have now; 0 when none is asked for. It grows by one each time that
// twice as many join.
func (s *Service) difficulty(app core.App) (int, error) {
	if s.Defence != Auto && s.Defence != Always {
		return 0, nil
	}
	n, err := s.rush(app)
	if err != nil || n < calm && s.Defence == Auto {
		return 0, err
	}
	return min(mostBits, leastBits+bits.Len(uint(n/(2*calm)))), nil //nolint:gosec // never negative
}

// NewChallenge is a challenge that asks for that many bits.
func (s *Service) NewChallenge(zeros int) *Challenge {
	nonce := make([]byte, 16)
	rand.Read(nonce) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	expires := s.Now().Add(challengeLife)
	body := fmt.Sprintf("1.%s.%d.%d", base64.RawURLEncoding.EncodeToString(nonce), expires.Unix(), zeros)
	return &Challenge{Algorithm: "SHA-256", Challenge: body + "." + s.sign(body), Bits: zeros, ExpiresAt: present.Time(collections.Stamp(expires))}
}

func (s *Service) sign(body string) string {
	mac := hmac.New(sha256.New, s.Key())
	mac.Write([]byte(body))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// proven is a challenge that was met, and the bits that it asked for.
type proven struct {
	spent
	zeros int
}

// proved is what a proof "challenge.number" proves; false when that is nothing.
func (s *Service) proved(proof string) (p proven, ok bool) {
	parts := strings.Split(proof, ".")
	if len(parts) != 6 || len(proof) > 300 || parts[0] != "1" {
		return p, false
	}
	if !hmac.Equal([]byte(parts[4]), []byte(s.sign(strings.Join(parts[:4], ".")))) {
		return p, false
	}
	until, errUntil := strconv.ParseInt(parts[2], 10, 64)
	zeros, errZeros := strconv.Atoi(parts[3])
	p = proven{spent{parts[1], time.Unix(until, 0)}, zeros}
	if errUntil != nil || errZeros != nil || !s.Now().Before(p.expires) {
		return p, false
	}
	return p, zeroBits(sha256.Sum256([]byte(proof))) >= zeros
}

// zeroBits is with how many zero bits sum begins.
func zeroBits(sum [sha256.Size]byte) (n int) {
	for _, b := range sum {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}

// Solve finds the proof of a challenge, as a client does.
func Solve(challenge string, zeros int) string {
	for number := 0; ; number++ {
		proof := challenge + "." + strconv.Itoa(number)
		if zeroBits(sha256.Sum256([]byte(proof))) >= zeros {
			return proof
		}
	}
}

// spend uses a nonce up, in the transaction that lets somebody in.
func spend(tx core.App, nonce string, expires time.Time) error {
	_, err := tx.DB().Insert("spent_proofs", dbx.Params{"nonce": nonce, "expires_at": collections.Stamp(expires)}).Execute()
	if collections.IsNotUnique(err) {
		return badProof()
	}
	return err
}

func badProof() error {
	return present.Invalid("proof", "validation_proof_of_work", "Is no proof of work, or is too old, or was used before. Ask GET /api/auth/registration for a new challenge.")
}

// Began is a token of when somebody was shown the form.
func (s *Service) Began() string {
	body := strconv.FormatInt(s.Now().Unix(), 10)
	return body + "." + s.sign("began "+body)
}

// CheckForm refuses what no person sends: a field that they don't see filled in, or, where there is a defence, a form that came
// back sooner than anybody types.
func (s *Service) CheckForm(website, began string) error {
	if website != "" {
		return present.Invalid("website", "validation_honeypot", "Leave this field empty.")
	}
	if s.Defence != Off && s.tooFast(began) {
		return router.NewBadRequestError("That was quick. Look it over and send it again.", nil)
	}
	return nil
}

// tooFast reports whether a form came back sooner than anybody types, or with no time of ours.
func (s *Service) tooFast(began string) bool {
	body, mac, _ := strings.Cut(began, ".")
	at, err := strconv.ParseInt(body, 10, 64)
	if err != nil || !hmac.Equal([]byte(mac), []byte(s.sign("began "+body))) {
		return true
	}
	took := s.Now().Sub(time.Unix(at, 0))
	return took < leastTyping || took > 24*time.Hour
}

// leastTyping is how long a person takes for a form of five fields, at least; a program that fills them in waits less.
const leastTyping = 2 * time.Second

// Sweep forgets what is over: nonces, and applications that nobody decided, confirmed or asks for any more.
func (s *Service) Sweep(app core.App) error {
	now := dbx.Params{"now": collections.Stamp(s.Now())}
	for _, sql := range []string{"DELETE FROM spent_proofs WHERE expires_at <= {:now}", "DELETE FROM applications WHERE expires_at <= {:now}"} {
		if _, err := app.DB().NewQuery(sql).Bind(now).Execute(); err != nil {
			return fmt.Errorf("sweep what is left of signing up: %w", err)
		}
	}
	return nil
}
