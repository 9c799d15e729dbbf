package search

// Audience is who asks. The zero value is a stranger, who sees what is public.
type Audience struct {
	UserID    string
	Following []string // ids of authors whose followers-only posts the person may see
	BlockedBy []string // ids of authors who blocked the person
	Hide      []string // ids of authors whom the person muted or blocked
	Staff     bool     // moderators and admins: every published post, hidden and private ones too
}

// viewer is an Audience prepared for many questions of one index, whose names it knows by number.
type viewer struct {
	id        uint32
	staff     bool
	following map[uint32]bool
	barred    map[uint32]bool // authors whose texts are left out
}

func newViewer(a Audience, c *columns) viewer {
	v := viewer{staff: a.Staff, following: c.numbers(a.Following), barred: c.numbers(a.Hide)}
	if a.UserID != "" {
		for n := range c.numbers([]string{a.UserID}) {
			v.id = n
		}
	}
	if !a.Staff { // a block doesn't hide a text from moderation
		for n := range c.numbers(a.BlockedBy) {
			v.barred[n] = true
		}
	}
	return v
}

// isStranger reports whether the viewer sees what is public, and that alone.
func (v viewer) isStranger() bool { return v.id == 0 && !v.staff && len(v.following) == 0 }

// sees is the rule for one published text (drafts are not indexed). It is asked of every hit before that is counted,
// so totals and facets tell nothing else; it names no authors in the query, so 5,000 followed ones cost the same as none.
// A comment is seen by who sees its post, whose author owns it.
func (v viewer) sees(r *row) bool {
	switch {
	case r.access == rowUnknown:
		return false
	case v.id != 0 && r.author == v.id && r.owner == v.id:
		return true
	case r.access == rowOwn, v.barred[r.author], v.barred[r.owner]:
		return false
	case v.staff, r.access == rowPublic, v.id != 0 && r.owner == v.id:
		return true
	}
	return r.access == rowFollowers && v.following[r.owner]
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}
