package media

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"
)

// ErrToken says that a stream token is not valid for this media now.
var ErrToken = errors.New("the link is not valid or has expired")

// Sign makes the token of a stream URL: the expiry in 8 bytes, then HMAC-SHA256 (RFC 2104) over purpose, expiry and mediaID, in base64url.
// It opens this media alone, until expires. A new key revokes all of its tokens, so a key per media revokes one.
func Sign(mediaID string, expires time.Time, key []byte) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(expires.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b, tokenMAC(mediaID, b, key)...))
}

// Verify is nil when token was signed with key for mediaID and has not expired at now, else ErrToken.
// It takes the same time however much of a forged token is right. An empty key signs nothing.
func Verify(token, mediaID string, now time.Time, key []byte) error {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != 8+sha256.Size || len(key) == 0 {
		return ErrToken
	}
	if !hmac.Equal(b[8:], tokenMAC(mediaID, b[:8], key)) {
		return ErrToken
	}
	if now.Unix() >= int64(binary.BigEndian.Uint64(b)) {
		return ErrToken
	}
	return nil
}

// tokenMAC binds the purpose too, so that a token made with the same key for something else is none of ours.
func tokenMAC(mediaID string, expiry, key []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("madang media stream\x00"))
	m.Write(expiry)
	m.Write([]byte(mediaID))
	return m.Sum(nil)
}
