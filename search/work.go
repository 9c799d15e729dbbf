package search

// How much work one search does at most, in steps of about a nanosecond. Whoever asks, and whatever: a query may name 32 common
// terms, each in a million texts. What ends early is told: see Result.IsPartial.
const (
	allWork  = 80_000_000
	forRows  = 20_000_000 // of it for counting what was found
	forRanks = 25_000_000 // and for ranking it
	forMarks = 15_000_000 // besides, for highlights and for what words were meant to be
)

// What things take, measured on the machine of docs/benchmarks.md.
const (
	stepTerm  = 2_000 // looking a term up in a part
	stepEntry = 1_000 // a term of an excerpt of a dictionary
	stepRow   = 80    // looking at the values of a document and keeping it
	stepShare = 30    // a document of a portion
	stepPairs = 300   // asking a text's filter of pairs
	stepText  = 6_000 // reading a text
	stepScore = 15    // a document of a list
	stepBound = 2     // a bound of a document
	stepList  = 30    // decoding one of a list
	stepKeys  = 2     // comparing a key of a word with one of another
	stepByte  = 25    // cutting a byte of a text into terms
)

// work is what a search may still do. Everything that there can be many of is taken from it; what can end early asks it.
type work struct {
	left int64
	kept int64 // of left, for what comes later
	cut  bool  // something was left out, for want of work
}

// A search's work, and that for highlights.
func newWork() work       { return work{left: allWork, kept: forRows + forRanks} }
func workForMarks() *work { return &work{left: forMarks} }

// spend takes n things that cost so many steps each.
func (w *work) spend(n, each int) { w.left -= int64(n) * int64(each) }

// goesOn reports whether there is work left. Who leaves something out then says so by it.
func (w *work) goesOn() bool {
	if w.left > w.kept {
		return true
	}
	w.cut = true
	return false
}
