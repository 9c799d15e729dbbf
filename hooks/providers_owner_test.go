package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pquerna/otp/totp"

	"madang/collections"
	"madang/testapp"
)

// owners is who ends up with an account when somebody comes by another site with its address.
//
//	account   unverified: somebody else made it with the owner's address; they hold its password, a
//	          session, a link to an account of their own at that site (or at another, where the owner's is linked), and in half of the
//	          rows a second factor
//	          verified: it is the owner's, who knows its password; in half of the rows it has their second factor
//	link      whether the account elsewhere is linked to it. To an unverified one nobody can link:
//	          the row is put into the database
//	word      what the other site says of the address; Naver's word counts for nothing
//	ends      joined: somebody new, with the address if the site vouches for it
//	          claimed: the owner is in, and whatever the other held is worthless
//	          theirs: who comes is in the account and linked; its password stays as good as it was
//	          linked: who comes is in the account that they are linked to
//	          apart: who comes gets an account of their own without an address; nothing else changes
const owners = `
none       | no  | verified   | joined
none       | no  | unverified | joined
unverified | no  | verified   | claimed
unverified | no  | unverified | apart
unverified | yes | verified   | claimed
unverified | yes | unverified | linked
verified   | no  | verified   | theirs
verified   | no  | unverified | apart
verified   | yes | verified   | linked
verified   | yes | unverified | linked
`

// ownersRow is a line of the table with everything that it is tried with.
type ownersRow struct {
	none, verified, linked, word, factor, native bool
	site, ends                                   string
}

func ownersRows(t *testing.T) (rows []ownersRow) {
	for _, line := range strings.Split(strings.TrimSpace(owners), "\n") {
		cell := strings.Split(line, "|")
		for i := range cell {
			cell[i] = strings.TrimSpace(cell[i])
		}
		for _, site := range everySite {
			for i := range 4 {
				r := ownersRow{cell[0] == "none", cell[0] == "verified", cell[1] == "yes", cell[2] == "verified", i&1 == 1, i&2 == 2, site, cell[3]}
				if site == "naver" && r.word || r.none && r.factor {
					continue // its word is the row below
				}
				rows = append(rows, r)
			}
		}
	}
	if len(rows) != 10*4*4-5*4-8*2+2 {
		t.Fatalf("%d rows", len(rows))
	}
	return rows
}

// made is an account, and what whoever made it holds.
type made struct {
	id, address, access, refresh, secret, site string
	other                                      visitor // who made it, at the site
}

const heldPassword = "Someone-Horse-9"

func TestTheAccountEndsWithItsOwner(t *testing.T) {
	d := newDoor(t)
	for i, r := range ownersRows(t) {
		t.Run(fmt.Sprintf("%02d %s: verified %v, linked %v, word %v, factor %v, native %v: %s", i, r.site, r.verified, r.linked, r.word, r.factor, r.native, r.ends), func(t *testing.T) {
			d.t = t
			who := visitor{ID: fmt.Sprint(1000 + i), Name: "Owner", Email: fmt.Sprintf("Owner%d@example.net", i), Verified: r.word}
			if r.none {
				d.joins(r, who)
				return
			}
			m := d.made(i, r)
			if r.linked {
				d.put(m.id, r.site, who.ID)
			}
			before := d.user(m.id)
			in := d.arrive(r, who)
			asked := r.factor && r.ends != "claimed" && r.ends != "apart"
			if asked {
				in.Want(http.StatusUnauthorized)
				if in.String("mfa_id") == "" || in.Get("access") != nil || in.Get("token") != nil {
					t.Fatalf("no question: %s", in.Body)
				}
				d.holds(m, true)
				return
			}
			in.Want(http.StatusOK)
			id, token := in.String("user", "id"), in.String("access")
			if r.native {
				id, token = in.String("record", "id"), in.String("token")
			}
			as(d.App, token, "GET", profile).Want(http.StatusOK)
			now := d.user(m.id)
			if (id == m.id) != (r.ends != "apart") {
				t.Fatalf("is in %s, the account is %s", id, m.id)
			}
			switch r.ends {
			case "claimed":
				d.holds(m, false)
				if got := d.links(m.id); len(got) != 1 || got[0] != r.site+" "+who.ID || !now.Verified() {
					t.Errorf("links %v, verified %v", got, now.Verified())
				}
			case "theirs", "linked":
				d.holds(m, true)
				if now.Verified() != before.Verified() || now.TokenKey() != before.TokenKey() {
					t.Error("the account changed")
				}
			case "apart":
				d.holds(m, true)
				if own := d.user(id); own.Email() != "" || own.Verified() || len(d.links(id)) != 1 || now.TokenKey() != before.TokenKey() {
					t.Errorf("apart is %v", own)
				}
			}
		})
	}
}

// joins checks who somebody new is.
func (d *door) joins(r ownersRow, who visitor) {
	d.t.Helper()
	in := d.arrive(r, who).Want(http.StatusOK)
	key := map[bool]string{true: "record", false: "user"}[r.native]
	now, address := d.user(in.String(key, "id")), ""
	if r.word {
		address = strings.ToLower(who.Email)
	}
	if now.Email() != address || now.Verified() != r.word {
		d.t.Errorf("joined with %q, verified %v", now.Email(), now.Verified())
	}
	r.native = !r.native // and comes back by the other way
	back := d.arrive(r, who).Want(http.StatusOK)
	key = map[bool]string{true: "record", false: "user"}[r.native]
	if again := d.user(now.Id); back.String(key, "id") != now.Id || again.Verified() != r.word || again.TokenKey() != now.TokenKey() {
		d.t.Errorf("came back as %s, verified %v", back.Body, again.Verified())
	}
}

// made makes the account of a row.
func (d *door) made(i int, r ownersRow) *made {
	d.t.Helper()
	m := &made{address: fmt.Sprintf("owner%d@example.net", i)}
	in := d.POST("", "/api/auth/register", map[string]any{
		"username": fmt.Sprintf("maker%d", i), "email": m.address, "password": heldPassword, "password_confirm": heldPassword,
	}).Want(http.StatusCreated)
	m.id = in.String("user", "id")
	if r.factor {
		m.secret = as(d.App, in.String("access"), "POST", setupPath).Want(http.StatusOK).String("secret")
		code, err := totp.GenerateCode(m.secret, time.Now().Add(-30*time.Second))
		if err != nil {
			d.t.Fatal(err)
		}
		d.send(in.String("access"), "POST", enablePath, map[string]any{"code": code}).Want(http.StatusOK)
	}
	m.access, m.refresh = in.String("access"), in.String("refresh")
	if r.verified {
		person := d.user(m.id)
		person.SetVerified(true)
		if err := d.Save(person); err != nil {
			d.t.Fatal(err)
		}
		return m
	}
	m.site, m.other = r.site, visitor{ID: fmt.Sprint(5000 + i), Name: "Maker"}
	if r.linked {
		m.site = "github" // note: one account of a site can be linked
	}
	d.put(m.id, m.site, m.other.ID)
	return m
}

// put links an account in the database.
func (d *door) put(user, provider, id string) {
	d.t.Helper()
	one := core.NewExternalAuth(d)
	one.SetCollectionRef(d.user(user).Collection().Id)
	one.SetRecordRef(user)
	one.SetProvider(provider)
	one.SetProviderId(id)
	if err := d.Save(one); err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) arrive(r ownersRow, who visitor) *testapp.Answer {
	d.t.Helper()
	if r.native {
		return d.enterNatively("", r.site, who, nil)
	}
	return d.enter(r.site, who)
}

// holds checks that everything the maker of an account has is still good, or is worth nothing.
func (d *door) holds(m *made, good bool) {
	d.t.Helper()
	want := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[good]
	as(d.App, m.access, "GET", profile).Want(want)
	if d.user(m.id).ValidatePassword(heldPassword) != good {
		d.t.Error("the password:", !good)
	}
	refreshed := d.POST("", "/api/auth/token/refresh", map[string]any{"refresh": m.refresh}).Want(want)
	if good {
		m.refresh = refreshed.String("refresh")
		return
	}
	if m.site != "github" {
		if in := d.enter(m.site, m.other).Want(http.StatusOK); in.String("user", "id") == m.id {
			d.t.Error("their link still leads into the account")
		}
	}
	d.POST("", "/api/auth/login", map[string]any{"email": m.address, "password": heldPassword}).Want(http.StatusUnauthorized)
	for table, of := range map[string]dbx.HashExp{
		collections.SecondFactors: {"user": m.id}, collections.RecoveryCodes: {"user": m.id}, collections.SignInChallenges: {"user": m.id},
		core.CollectionNameExternalAuths: {"recordRef": m.id, "provider": m.site, "providerId": m.other.ID}, core.CollectionNameOTPs: {"recordRef": m.id},
	} {
		var n int
		if err := d.DB().Select("COUNT(*)").From(table).Where(of).Row(&n); err != nil || n != 0 {
			d.t.Errorf("%s: %d rows are left, %v", table, n, err)
		}
	}
}
