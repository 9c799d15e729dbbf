//go:build !unix

package media_test

import "testing"

func measure(*testing.T, float64) func() (float64, int64) {
	return func() (float64, int64) { return 0, 0 }
}
