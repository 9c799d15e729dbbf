// Package torture mishandles the real program – kills it, cuts its power, fills its disk, breaks its files, crowds it –
// while people write to it, and then asks whether anything that was acknowledged is lost.
// It holds no code of the program; its tests do nothing unless they are told how long they may take: `make torture`.
// Start reading at verdict_test.go, then kill_test.go, the simplest mishap; disk/ is what a disk may hold after a power cut.
package torture
