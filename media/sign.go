package media

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// streamToken stands in a stream URL: it opens one medium, until it expires, to whoever shows it, as long as the person
// whom it was made for may see the medium. So blocking them, hiding the post or making it private revokes it, and so does
// what ends all of their sessions (a new password, say).
//
// In base64url: the expiry in 8 bytes (seconds since 1970, big-endian), the length of the holder in one, the holder
// (collection/id), and HMAC-SHA256 (RFC 2104) over purpose, these, the medium's id and the holder's token key.
type streamToken struct {
	signed             []byte // expiry, length, holder
	expires            int64
	collection, holder string
	mac                []byte
}

// Sign makes the token by which holder opens the medium until expires. The key is the server's. A new one revokes all tokens.
func Sign(mediumID string, holder *core.Record, expires time.Time, key []byte) string {
	who := holder.Collection().Name + "/" + holder.Id
	b := binary.BigEndian.AppendUint64(nil, uint64(expires.Unix()))
	b = append(append(b, byte(len(who))), who...)
	return base64.RawURLEncoding.EncodeToString(append(b, tokenMAC(b, mediumID, holder.TokenKey(), key)...))
}

// readToken takes a token apart; ok is false when it is none. Whether it is valid is asked of what it gives.
func readToken(token string) (t streamToken, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < 9 || len(b) != 9+int(b[8])+sha256.Size {
		return streamToken{}, false
	}
	end := len(b) - sha256.Size
	collection, id, _ := strings.Cut(string(b[9:end]), "/")
	if collection != collections.Users && collection != core.CollectionNameSuperusers {
		return streamToken{}, false
	}
	return streamToken{b[:end], int64(binary.BigEndian.Uint64(b)), collection, id, b[end:]}, true
}

// validFor reports whether the token was signed with key for the medium and this holder, and has not expired at now.
// It takes the same time however much of a forged token is right. An empty key signs nothing.
func (t streamToken) validFor(mediumID string, holder *core.Record, now time.Time, key []byte) bool {
	return len(key) > 0 && hmac.Equal(t.mac, tokenMAC(t.signed, mediumID, holder.TokenKey(), key)) && now.Unix() < t.expires
}

// tokenMAC binds the purpose too, so that a token made with the same key for something else is none of ours.
func tokenMAC(signed []byte, mediumID, tokenKey string, key []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(slices.Concat([]byte("madang media stream\x00"), signed, []byte(mediumID+"\x00"+tokenKey)))
	return m.Sum(nil)
}
