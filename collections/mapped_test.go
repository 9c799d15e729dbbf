package collections

import "testing"

// TestAMistakeIsNoUnreadPage: a panic that isn't about a page of a database goes on to whoever recovers from it, and the program lives.
func TestAMistakeIsNoUnreadPage(t *testing.T) {
	var nobody *Viewer
	for what, mistake := range map[string]func(){
		"a panic":         func() { panic("a mistake") },
		"a pointer's nil": func() { t.Log(nobody.ID) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was swallowed", what)
				}
			}()
			defer endsUnread("data.db", readingMapped())
			mistake()
		}()
	}
	if before := readingMapped(); before {
		t.Error("faults are panics for good")
	}
}
