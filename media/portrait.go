package media

// portraitWidth is how wide a picture of a person is kept: pages show it 96 pixels wide, and screens have up to three for one.
const portraitWidth = 600

// portrait is p as a JPEG at most 600 wide, or 1200 where it would be lower than pages show it; nil when p is no larger than
// that, moves, or wouldn't become lighter. Who shows it cuts a square out of its middle.
func (p *Picture) portrait() []byte {
	if p.Info.Frames > 1 || p.Info.Width <= portraitWidth {
		return nil
	}
	small := p.W600
	if p.Info.Height*portraitWidth/p.Info.Width < thumbSide {
		small = p.W1200
	}
	if int64(len(small)) >= p.Info.Size {
		return nil
	}
	return small
}
