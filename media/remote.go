package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/pocketbase/pocketbase/core"
)

// remote is a file in an S3 bucket, read by requests for ranges that ask for no more than is wanted.
// note: PocketBase's reader begins with the whole object, and after a seek asks for all of the rest.
type remote struct {
	ctx    context.Context //nolint:containedctx // of the request that it is opened for
	bucket core.S3Config
	key    string
	size   int64

	at    int64         // where the next Read begins
	body  io.ReadCloser // what is being read, up to end; nil between two requests
	end   int64
	until int64 // as far as is expected to be read
	ahead int64 // how much is asked for where nothing is expected
}

const (
	leastAhead = 64 << 10
	mostAhead  = 8 << 20
	// attempts is how often in a row a request may bring nothing: storages drop connections on which a slow reader leaves them waiting.
	attempts = 3
)

// expect says that the next n bytes will be read.
func (r *remote) expect(n int64) { r.until = r.at + n }

// Read implements io.Reader.
func (r *remote) Read(b []byte) (n int, err error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	for range attempts {
		if n, err = r.read(b); n > 0 || err == nil || r.ctx.Err() != nil || errors.Is(err, ErrNotStored) {
			break
		}
	}
	return n, err
}

func (r *remote) read(b []byte) (int, error) {
	if r.body == nil {
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.body.Read(b[:min(int64(len(b)), r.end-r.at)])
	r.at += int64(n)
	switch {
	case r.at == r.end:
		// note: only a body that was read to its end leaves the connection to the next request
		_, err = io.Copy(io.Discard, r.body)
		return n, errors.Join(err, r.Close())
	case n > 0:
		return n, nil
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("read from the storage: %w", err), r.Close())
	}
	return 0, err
}

// open asks for what is expected, else for a part that grows as reading goes on.
func (r *remote) open() (err error) {
	r.end = r.until
	if r.end <= r.at {
		r.ahead = min(max(leastAhead, 2*r.ahead), mostAhead)
		r.end = r.at + r.ahead
	}
	r.end = min(r.end, r.size)
	r.body, err = r.get(r.at, r.end-1)
	return err
}

// Seek implements io.Seeker.
func (r *remote) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += r.at
	case io.SeekEnd:
		off += r.size
	}
	if off < 0 {
		return 0, errors.New("seek before the start")
	}
	if off == r.at {
		return off, nil
	}
	r.at, r.until, r.ahead = off, 0, 0
	return off, r.Close()
}

// Close gives the connection up.
func (r *remote) Close() error {
	if r.body == nil {
		return nil
	}
	body := r.body
	r.body = nil
	return body.Close()
}

// get asks for the bytes first to last (GetObject of the S3 API), signed as AWS has it (Signature Version 4).
func (r *remote) get(first, last int64) (io.ReadCloser, error) {
	const unsigned = "UNSIGNED-PAYLOAD" // there is none
	ask, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.url(), nil)
	if err != nil {
		return nil, fmt.Errorf("ask the storage: %w", err)
	}
	ask.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", first, last))
	ask.Header.Set("Accept-Encoding", "identity")
	ask.Header.Set("X-Amz-Content-Sha256", unsigned)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	keys := aws.Credentials{AccessKeyID: r.bucket.AccessKey, SecretAccessKey: r.bucket.Secret}
	if err := signer.SignHTTP(r.ctx, keys, ask, unsigned, "s3", r.bucket.Region, time.Now()); err != nil {
		return nil, fmt.Errorf("sign a request to the storage: %w", err)
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return nil, fmt.Errorf("ask the storage: %w", err)
	}
	switch {
	case answer.StatusCode == http.StatusNotFound:
		err = ErrNotStored
	case answer.StatusCode != http.StatusPartialContent || !strings.HasPrefix(answer.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/", first, last)):
		err = fmt.Errorf("the storage answers a range with %s, Content-Range %q", answer.Status, answer.Header.Get("Content-Range"))
	default:
		return answer.Body, nil
	}
	return nil, errors.Join(err, answer.Body.Close())
}

// url is that of the object, in the style that the operator chose.
func (r *remote) url() string {
	scheme, host, given := strings.Cut(strings.TrimRight(r.bucket.Endpoint, "/"), "://")
	if !given {
		scheme, host = "https", scheme
	}
	if r.bucket.ForcePathStyle {
		return scheme + "://" + host + "/" + r.bucket.Bucket + "/" + r.key
	}
	return scheme + "://" + r.bucket.Bucket + "." + host + "/" + r.key
}
