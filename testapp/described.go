package testapp

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"madang/openapi/check"
)

// documents are the API documents that were read, by their content: most apps of a test binary have the same.
var documents struct {
	sync.Mutex
	read map[[sha256.Size]byte]*check.Document
}

// describe reads the app's API document as it is now.
func (a *App) describe() (*check.Document, error) {
	answer := httptest.NewRecorder()
	a.Handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/schema", nil))
	if answer.Code != http.StatusOK {
		return nil, errors.New("the API document can't be had: " + answer.Body.String())
	}
	sum := sha256.Sum256(answer.Body.Bytes())
	documents.Lock()
	defer documents.Unlock()
	if known := documents.read[sum]; known != nil {
		return known, nil
	}
	read, err := check.Parse(answer.Body.Bytes())
	if err != nil {
		return nil, err
	}
	if documents.read == nil {
		documents.read = map[[sha256.Size]byte]*check.Document{}
	}
	documents.read[sum] = read
	return read, nil
}

// holdToDocument fails the test when an answer of the API isn't as the document has it. So every test proves a bit of
// the document. What PocketBase has besides records (settings, backups, …) isn't described.
func (a *App) holdToDocument(r *http.Request, answer *Answer) {
	a.t.Helper()
	if !strings.HasPrefix(r.URL.Path, "/api/") || a.Undescribed {
		return
	}
	a.document.Lock()
	defer a.document.Unlock()
	err := errStale
	if a.document.is != nil {
		err = a.document.is.Check(r, answer.Result())
	}
	if err != nil && !errors.Is(err, check.ErrNotDescribed) { // perhaps the test changed a collection meanwhile
		a.document.is, err = a.describe()
		if err == nil {
			err = a.document.is.Check(r, answer.Result())
		}
	}
	if err != nil && !errors.Is(err, check.ErrNotDescribed) {
		a.t.Errorf("%s: %d is not as the API document says: %v", answer.what, answer.Code, err)
	}
}

var errStale = errors.New("the document has not been read")
