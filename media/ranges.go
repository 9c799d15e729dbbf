package media

import (
	"math"
	"net/http"
	"strconv"
	"strings"
)

// maxRanges is how many ranges are answered; a request for more is answered whole. Players ask for one.
const maxRanges = 8

// byteRange is first–last, both included, within the file.
type byteRange struct{ first, last int64 }

// rangeHeader is the Range header that http.ServeContent is to see in place of the client's ones, "" for none.
// It makes RFC 9110, 14, of a request where ServeContent doesn't: unknown units and nonsense are ignored, the unit is read
// without case, numbers too large are clamped, HEAD knows no ranges. A set that can't be satisfied becomes one that
// ServeContent refuses with 416, after the preconditions (13.2.2 puts them first).
func rangeHeader(r *http.Request, size int64) string {
	values := r.Header.Values("Range")
	if r.Method != http.MethodGet || len(values) != 1 {
		return ""
	}
	ranges, ok := parseRanges(values[0], size)
	if !ok {
		return ""
	}
	if len(ranges) == 0 {
		return "bytes=" + strconv.FormatInt(size, 10) + "-"
	}
	specs := make([]string, len(ranges))
	for i, r := range ranges {
		specs[i] = strconv.FormatInt(r.first, 10) + "-" + strconv.FormatInt(r.last, 10)
	}
	return "bytes=" + strings.Join(specs, ",")
}

// parseRanges reads a Range header for a file of size bytes. It returns the ranges that can be satisfied, in the order asked for;
// ok is false when the header has to be ignored: not bytes, not well-formed, more than maxRanges, or overlapping.
func parseRanges(header string, size int64) (ranges []byteRange, ok bool) {
	unit, set, found := strings.Cut(header, "=")
	if !found || !strings.EqualFold(unit, "bytes") {
		return nil, false
	}
	asked := 0
	for set != "" {
		var spec string
		spec, set, _ = strings.Cut(set, ",")
		if spec = strings.Trim(spec, " \t"); spec == "" {
			continue // empty list elements are allowed (5.6.1.2)
		}
		if asked++; asked > maxRanges {
			return nil, false
		}
		r, valid := parseRange(spec, size)
		if !valid {
			return nil, false
		}
		if r.first <= r.last && r.first < size {
			ranges = append(ranges, r)
		}
	}
	return ranges, asked > 0 && !overlap(ranges)
}

// parseRange reads first-last, first- or -suffix. One that can't be satisfied comes back empty: last before first, or first past the end.
func parseRange(spec string, size int64) (r byteRange, valid bool) {
	first, last, found := strings.Cut(spec, "-")
	a, okFirst := digits(first)
	b, okLast := digits(last)
	switch {
	case !found || !okFirst && first != "" || !okLast && last != "":
		return byteRange{}, false
	case first == "" && last == "":
		return byteRange{}, false
	case first == "": // the last b bytes; none of them can't be satisfied
		return byteRange{size - min(b, size), size - 1}, true
	case last == "":
		return byteRange{a, size - 1}, true
	case b < a:
		return byteRange{}, false
	}
	return byteRange{a, min(b, size-1)}, true
}

// digits reads a number, clamped where it is too large for any file.
func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil { // all digits, so out of range
		return math.MaxInt64, true
	}
	return v, true
}

func overlap(ranges []byteRange) bool {
	for i, a := range ranges {
		for _, b := range ranges[:i] {
			if a.first <= b.last && b.first <= a.last {
				return true
			}
		}
	}
	return false
}
