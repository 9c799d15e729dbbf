package media

// layout is what a walk through a picture's container finds, and the picture without its metadata.
type layout struct {
	splice
	width, height int
	frames        int
	orientation   int
	// cost is the memory that decoding takes, in bytes.
	cost int64
	// shrunk is the memory that libjpeg takes to shrink a JPEG, in bytes, at most; 0 for what our decoder doesn't know either.
	shrunk int64
	// turn is the memory of a second, turned copy where the decoder's own form is turned; 0: four bytes a pixel.
	turn int64
	// icc are the parts of a JPEG that hold its colour profile.
	icc splice
	// first is the first frame of a WebP as a plain file of its own.
	first splice
	// codec tells apart what shares a container: vp8 or vp8l.
	codec string
	// heavy is a WebP whose transparency takes as much as a lossless picture.
	heavy bool
}

// maxCost is the most memory that one picture may take to decode: 50 megapixels of ordinary JPEG or PNG fit,
// a progressive one with full colour resolution fits up to 13 megapixels – by vipsthumbnail, where it is, up to 33.
// What the thumbnails take comes on top.
const maxCost = 192 << 20

// check refuses a picture that is not worth decoding, by us or by a tool that may be there.
func (l *layout) check() error {
	area := int64(l.width) * int64(l.height)
	switch {
	case area == 0:
		return errMalformed
	case l.width > maxSide, l.height > maxSide, area*int64(max(1, l.frames)) > maxPixels:
		return tooManyPixels()
	case l.cost > maxCost && (!l.suitsVips() || l.shrunk > maxCost):
		return tooComplex()
	}
	return nil
}

// walkPicture walks through a picture of the MIME type and refuses one that is not worth decoding.
func walkPicture(src *source, mime string) (*layout, error) {
	walk := walkWebP
	switch mime {
	case "image/jpeg":
		walk = walkJPEG
	case "image/png":
		walk = walkPNG
	case "image/gif":
		walk = walkGIF
	}
	l, err := walk(src)
	if err != nil {
		return nil, err
	}
	if l.frames > 1 {
		l.orientation = 1 // no viewer turns animations
	}
	if l.orientation > 1 && l.turn == 0 {
		l.turn = 4 * int64(l.width) * int64(l.height)
	}
	if l.orientation > 1 {
		l.cost += l.turn
	}
	return l, l.check()
}

func probePicture(src *source, info *Info) error {
	l, err := walkPicture(src, info.MIME)
	if err != nil {
		return err
	}
	info.Width, info.Height = l.width, l.height
	if l.orientation >= 5 {
		info.Width, info.Height = l.height, l.width
	}
	info.Orientation, info.Frames, info.cost = l.orientation, l.frames, l.cost
	info.Codec = l.codec
	if info.Codec == "" {
		info.Codec = info.MIME[len("image/"):]
	}
	return nil
}
