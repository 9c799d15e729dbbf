package joining

import (
	"database/sql"
	_ "embed"
	"errors"
	"strings"
	"sync"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// disposable are domains whose addresses anybody may read and nobody keeps, one a line. It is our own list of the
// long-lived ones, put together from what they say of themselves; admins add others, or allow some, in the collection
// email_domains.
//
//go:embed disposable.txt
var disposable string

type domains struct {
	once  sync.Once
	known map[string]bool
}

func (d *domains) has(domain string) bool {
	d.once.Do(func() {
		d.known = map[string]bool{}
		for line := range strings.Lines(disposable) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				d.known[line] = true
			}
		}
	})
	return d.known[domain]
}

// CheckAddress refuses an address of a domain that throws them away. What the admins say of the nearest domain above it
// wins over the list.
func (s *Service) CheckAddress(app core.App, address string) error {
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	for ; strings.Contains(domain, "."); _, domain, _ = strings.Cut(domain, ".") {
		var action string
		err := app.DB().Select("action").From(collections.EmailDomains).Where(dbx.HashExp{"domain": domain}).Row(&action)
		switch {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case action == "allow":
			return nil
		case action == "block" || s.domains.has(domain):
			return present.Invalid("email", "validation_disposable_email", "Addresses of this domain are thrown away; use another.")
		}
	}
	return nil
}
