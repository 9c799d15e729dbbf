package media

import "slices"

// itemsOf reads the title, the artist and the cover of an MP4 (QuickTime File Format, “Metadata”: moov > udta > meta > ilst).
// note: our own, since the library calls itself for every box in a box, and a file may hold millions.
func itemsOf(src *source) (found tags) {
	tops, err := topBoxes(src)
	if err != nil {
		return tags{}
	}
	i := slices.IndexFunc(tops, func(b box) bool { return b.kind == "moov" })
	if i < 0 {
		return tags{}
	}
	moov, err := src.load(tops[i].off, tops[i].n)
	if err != nil {
		return tags{}
	}
	list := inner(inner(inner(moov, "moov"), "udta"), "meta")
	items := inner(metaBody(list), "ilst")
	err = eachBox(items, func(kind string, _, body []byte) error {
		value := inner(body, "data")
		if len(value) < 8 { // type and locale
			return nil
		}
		switch value = value[8:]; {
		case kind == "\xa9nam" && found.title == "":
			found.title = string(value[:min(len(value), 4*maxLabel)])
		case kind == "\xa9ART" && found.artist == "":
			found.artist = string(value[:min(len(value), 4*maxLabel)])
		case kind == "covr" && found.cover == nil && len(value) <= maxTags:
			found.cover = value
		}
		return nil
	})
	if err != nil {
		return tags{}
	}
	return found
}

// inner is the body of the first box of a kind in b, nil where there is none.
func inner(b []byte, kind string) (body []byte) {
	_ = eachBox(b, func(is string, _, inside []byte) error { // note: what is broken further on doesn't matter
		if is == kind && body == nil {
			body = inside
		}
		return nil
	})
	return body
}
