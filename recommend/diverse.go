package recommend

// Bounds of sameness.
const (
	relevance = 0.7 // λ of MMR: 1 would be the order by score alone
	window    = 20  // how far back what was chosen counts
	ofAuthor  = 3   // posts of one author within the window, while there are others
)

// diverse chooses up to n of the candidates, which are ordered by score: always the one that is best by λ·score less
// (1-λ)·likeness to what was chosen just before. Source: J. Carbonell, J. Goldstein, “The use of MMR, diversity-based
// reranking for reordering documents and producing summaries”, SIGIR 1998. Beside it no author has more than three of
// twenty, unless nobody else is left.
func diverse(ranked []*Candidate, n int) []*Candidate {
	if len(ranked) == 0 {
		return nil
	}
	best := max(ranked[0].score, 1e-9)
	left := append([]*Candidate(nil), ranked[:min(len(ranked), 3*n)]...)
	chosen := make([]*Candidate, 0, min(n, len(left)))
	for len(chosen) < n && len(left) > 0 {
		recent := chosen[max(0, len(chosen)-window+1):]
		authors := map[string]int{}
		for _, c := range recent {
			authors[c.Author]++
		}
		pick, capped := -1, -1
		var value float64
		for i, c := range left {
			most := relevance * c.score / best
			if pick >= 0 && most < value {
				break // the rest is no better, whatever it is like
			}
			if authors[c.Author] >= ofAuthor {
				if capped < 0 {
					capped = i
				}
				continue
			}
			if v := most - (1-relevance)*likest(c, recent); pick < 0 || v > value {
				pick, value = i, v
			}
		}
		if pick < 0 {
			pick = capped
		}
		chosen = append(chosen, left[pick])
		left = append(left[:pick], left[pick+1:]...)
	}
	return chosen
}

// likest is how like the post is to the likest of the others: 0 to 1.
func likest(c *Candidate, others []*Candidate) (most float64) {
	for _, o := range others {
		most = max(most, sameness(c, o))
	}
	return most
}

// sameness of two posts: half for the author, half for the share of tags that they have in common (Jaccard).
func sameness(a, b *Candidate) (same float64) {
	if a.Author == b.Author {
		same = 0.5
	}
	common := 0
	for _, tag := range a.Tags {
		for _, other := range b.Tags {
			if tag == other {
				common++
			}
		}
	}
	if all := len(a.Tags) + len(b.Tags) - common; all > 0 {
		same += 0.5 * float64(common) / float64(all)
	}
	return same
}
