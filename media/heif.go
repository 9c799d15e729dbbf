package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/pocketbase/pocketbase/tools/filesystem"
)

// heifExts are the extensions of pictures that are stored as the JPEG that a tool makes of them.
var heifExts = []string{"heic", "heif", "avif"}

// heifTools can read such pictures, the best first, and how each is asked for out.jpg. ffmpeg before version 7 sees a single tile of
// most; the measures tell.
var heifTools = []tool{
	{"heif-convert", []string{"-q", "90", "in.heic", "out.jpg"}},
	{"vips", []string{"copy", "in.heic", "out.jpg[Q=90]"}},
	{"ffmpeg", []string{"-nostdin", "-v", "error", "-threads", "1", "-protocol_whitelist", "file", "-f", "mov", "-i", "in.heic", "-frames:v", "1", "-q:v", "2", "-y", "out.jpg"}},
}

// noHEIF says what to do where no tool is.
func noHEIF() *Problem {
	p := unsupported("HEIC and AVIF pictures can't be read here. Send a JPEG: on an iPhone choose Settings › Camera › Formats › Most Compatible.")
	p.Code = CodeHEIF
	return p
}

// isNoHEIF says of what Inspect says that the file is such a picture.
func isNoHEIF(err error) bool {
	var p *Problem
	return errors.As(err, &p) && p.Code == CodeHEIF
}

// readsHEIF says whether a tool that reads HEIF is on the PATH.
func readsHEIF() bool {
	return slices.ContainsFunc(heifTools, func(t tool) bool { return onPath(t.name) != "" })
}

// fromHEIF is the JPEG that the first tool that can makes of a HEIF or AVIF picture. Its size is judged before, from the file itself.
func (p *Pictures) fromHEIF(content io.ReadSeeker, size int64) (*filesystem.File, error) {
	w, h, err := heifSize(&source{r: content, size: size})
	if err != nil {
		return nil, explain(err)
	}
	if err := (&layout{width: w, height: h, frames: 1}).check(); err != nil {
		return nil, explain(err)
	}
	var jpeg []byte
	err = p.decoded(largeCost+1, func() error { // alone: what it takes isn't known
		return inTemp(func(dir string) (err error) {
			jpeg, err = p.convertHEIF(dir, content, w, h)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return &filesystem.File{Reader: &filesystem.BytesReader{Bytes: jpeg}, Name: "out.jpg", OriginalName: "out.jpg", Size: int64(len(jpeg))}, nil
}

// convertHEIF tries the tools one after the other. Where none is: what to do. Where none can: a broken picture.
func (p *Pictures) convertHEIF(dir string, content io.ReadSeeker, w, h int) ([]byte, error) {
	if err := handTo(filepath.Join(dir, "in.heic"), content); err != nil {
		return nil, err
	}
	var failed error = noHEIF()
	for _, tool := range heifTools {
		path := onPath(tool.name)
		if path == "" {
			continue
		}
		err := p.tools.run(context.Background(), dir, path, tool.args...)
		var jpeg []byte
		if err == nil {
			jpeg, err = madeJPEG(dir, p.tools.output, w, h)
		}
		if err == nil {
			return jpeg, nil
		}
		if !errors.Is(err, errTool) {
			return nil, err
		}
		p.complain("a tool can't read a HEIF picture", err)
		failed = broken(reasonUnreadable)
	}
	return nil, failed
}

// madeJPEG reads what a tool made, when it is the whole picture. heif-convert numbers the pictures of a file that has several.
func madeJPEG(dir string, most int64, w, h int) ([]byte, error) {
	jpeg, err := made(dir, most, "out.jpg", "out-1.jpg")
	if err != nil {
		return nil, err
	}
	info, err := Inspect(bytes.NewReader(jpeg), int64(len(jpeg)), "out.jpg")
	if err != nil {
		return nil, fmt.Errorf("%w: it made no picture: %w", errTool, err)
	}
	if max(info.Width, info.Height) != max(w, h) || min(info.Width, info.Height) != min(w, h) { // it may have been turned
		return nil, fmt.Errorf("%w: it made %d×%d of %d×%d", errTool, info.Width, info.Height, w, h)
	}
	return jpeg, nil
}

// heifSize is the size of the largest picture in a file (ISO 23008-12, 6.5.3: ispe in meta > iprp > ipco).
func heifSize(src *source) (w, h int, err error) {
	tops, err := topBoxes(src)
	if err != nil {
		return 0, 0, err
	}
	i := slices.IndexFunc(tops, func(b box) bool { return b.kind == "meta" })
	if i < 0 || tops[i].n < 12 || tops[i].n > maxFragment {
		return 0, 0, errMalformed
	}
	meta, err := src.load(tops[i].off+12, tops[i].n-12)
	if err != nil {
		return 0, 0, err
	}
	err = eachBox(inner(inner(meta, "iprp"), "ipco"), func(kind string, _, body []byte) error {
		if kind != "ispe" || len(body) < 12 {
			return nil
		}
		iw, ih := int64(binary.BigEndian.Uint32(body[4:])), int64(binary.BigEndian.Uint32(body[8:]))
		if iw > maxSide || ih > maxSide {
			return tooManyPixels()
		}
		if iw*ih > int64(w)*int64(h) {
			w, h = int(iw), int(ih)
		}
		return nil
	})
	return w, h, err
}
