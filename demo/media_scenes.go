package demo

import (
	"math"
	"math/rand/v2"
)

const aspect = float64(PictureWidth) / PictureHeight

// landscape is hills behind hills under a low sun.
type landscape struct {
	palette
	sunX, sunY, sunSize float64
	ridges              []ridge
}

func newLandscape(rng *rand.Rand) landscape {
	l := landscape{
		palette: pickPalette(rng),
		sunX:    0.3 + rng.Float64()*0.9,
		sunY:    0.22 + rng.Float64()*0.2,
		sunSize: 0.06 + rng.Float64()*0.05,
	}
	for i := range 4 {
		l.ridges = append(l.ridges, newRidge(rng, 0.5+0.13*float64(i), 0.05+0.01*float64(i)))
	}
	return l
}

func (l landscape) scene() scene {
	tops := outlines(l.ridges)
	return func(x, y, soft float64) colour {
		sky := mix(l.palette[1], l.palette[0], min(y*1.7, 1))
		sun := length(x-l.sunX, y-l.sunY)
		c := mix(sky, l.palette[0], 0.6*inside(sun-2*l.sunSize, 2*l.sunSize))
		c = mix(c, colour{1, 0.98, 0.92}, inside(sun-l.sunSize, soft))
		for i, outline := range tops {
			top := outline(x)
			if y < top-soft {
				continue
			}
			hill := mix(l.palette[1], l.palette[4], float64(i+1)/float64(len(tops)))
			hill = mix(hill, l.palette[1], 0.3*inside(y-top-0.02, 0.16)) // mist at the crest
			c = mix(c, hill, inside(top-y, soft))
		}
		return c
	}
}

func hills(rng *rand.Rand) scene { return newLandscape(rng).scene() }

// bubbles are translucent discs on a plain ground.
func bubbles(rng *rand.Rand) scene {
	type disc struct {
		x, y, size float64
		fill       colour
	}
	p := pickPalette(rng)
	discs := make([]disc, 14+rng.IntN(8))
	for i := range discs {
		discs[i] = disc{rng.Float64() * aspect, rng.Float64(), 0.04 + 0.2*rng.Float64()*rng.Float64(), p[1+rng.IntN(4)]}
	}
	return func(x, y, soft float64) colour {
		c := mix(p[0], p[1], 0.4*y)
		for _, d := range discs {
			distance := length(x-d.x, y-d.y) - d.size
			if distance > soft {
				continue
			}
			c = mix(c, d.fill, 0.62*inside(distance, soft))
			c = mix(c, p[0], 0.5*inside(math.Abs(distance+0.012)-0.002, soft))
		}
		return c
	}
}

// waves are bands of colour that roll over each other.
func waves(rng *rand.Rand) scene {
	p := pickPalette(rng)
	bands := make([]ridge, 9)
	for i := range bands {
		bands[i] = newRidge(rng, 0.12+0.1*float64(i), 0.02+0.02*rng.Float64())
	}
	edges := outlines(bands)
	return func(x, y, soft float64) colour {
		c := p[0]
		for i, outline := range edges {
			edge := outline(x) - y
			if edge > 0.006+soft {
				continue
			}
			c = mix(c, p[0], inside(edge-0.006, soft))
			c = mix(c, p[1+i%4], inside(edge, soft))
		}
		return c
	}
}

// tiles are quarter circles turned at random, as on an old kitchen floor.
func tiles(rng *rand.Rand) scene {
	const rows, columns = 6, 9
	p := pickPalette(rng)
	var turn [rows][columns]int
	var fill [rows][columns]colour
	for i := range rows {
		for j := range columns {
			turn[i][j], fill[i][j] = rng.IntN(4), p[1+rng.IntN(4)]
		}
	}
	return func(x, y, soft float64) colour {
		i, j := min(int(y*rows), rows-1), min(int(x*rows), columns-1)
		u, v := x*rows-float64(j), y*rows-float64(i)
		if turn[i][j]&1 == 1 {
			u = 1 - u
		}
		if turn[i][j]&2 == 2 {
			v = 1 - v
		}
		corner := length(u, v)
		c := mix(p[0], fill[i][j], inside(corner-0.92, soft*rows))
		c = mix(c, p[0], inside(corner-0.55, soft*rows))
		return mix(c, fill[i][j], inside(corner-0.3, soft*rows))
	}
}

// night is a town below the moon, some of its windows lit.
func night(rng *rand.Rand) scene {
	const houses, floors = 15, 16
	p := pickPalette(rng)
	var roof [houses]float64
	var lit [houses][floors][4]bool
	for i := range houses {
		roof[i] = 0.45 + 0.4*rng.Float64()
		for j := range floors {
			for k := range 4 {
				lit[i][j][k] = rng.IntN(3) == 0
			}
		}
	}
	moonX, moonY := 0.25+rng.Float64(), 0.15+0.15*rng.Float64()
	return func(x, y, soft float64) colour {
		c := mix(p[4], p[3], y)
		moon := length(x-moonX, y-moonY)
		c = mix(c, p[2], 0.5*inside(moon-0.12, 0.2))
		c = mix(c, p[0], inside(moon-0.07, soft))
		i := min(int(x*10), houses-1)
		if y < roof[i] {
			return c
		}
		c = mix(p[4], hex(0x05060a), 0.35+0.1*float64(i%3))
		u, v := x*10-float64(i), (y-roof[i])*28
		j, k := int(v), int(u*4)
		window := max(math.Abs(u*4-float64(k)-0.5), math.Abs(v-float64(j)-0.5)) - 0.22
		if j < floors && k < 4 && lit[i][j][k] {
			c = mix(c, hex(0xffdf9a), inside(window, soft*40))
		}
		return c
	}
}

// seedDisc is one seed of a sunflower.
type seedDisc struct {
	x, y, size float64
	fill       colour
}

// sunflower is seeds on a spiral of golden angles (H. Vogel, Mathematical Biosciences 44, 1979).
// Each point asks only the seeds that reach its cell of a grid: asking all of them takes seconds.
func sunflower(rng *rand.Rand) scene {
	const golden = 2.399963229728653 // π(3-√5)
	const cells = 16                 // per unit of length
	p := pickPalette(rng)
	centreX, centreY := 0.5+0.5*rng.Float64(), 0.4+0.2*rng.Float64()
	spread := 0.036 + 0.01*rng.Float64()
	near := map[[2]int][]seedDisc{}
	for i := 1; i < 200; i++ {
		r := spread * math.Sqrt(float64(i))
		sin, cos := math.Sincos(golden * float64(i))
		d := seedDisc{centreX + r*cos, centreY + r*sin, spread * (0.35 + 0.55*r), p[1+i%4]}
		const margin = 0.01 // more than any soft edge
		for cx := int((d.x - d.size - margin) * cells); cx <= int((d.x+d.size+margin)*cells); cx++ {
			for cy := int((d.y - d.size - margin) * cells); cy <= int((d.y+d.size+margin)*cells); cy++ {
				near[[2]int{cx, cy}] = append(near[[2]int{cx, cy}], d)
			}
		}
	}
	return func(x, y, soft float64) colour {
		c := p[0]
		for _, d := range near[[2]int{int(x * cells), int(y * cells)}] {
			c = mix(c, d.fill, inside(length(x-d.x, y-d.y)-d.size, soft))
		}
		return c
	}
}

// face is somebody friendly, from the shoulders up.
func face(rng *rand.Rand) scene {
	p := pickPalette(rng)
	skin := hex([]uint32{0xf6d7c0, 0xe8b997, 0xc98f68, 0x9a6646, 0x6b4430}[rng.IntN(5)])
	hair := hex([]uint32{0x1f1a1a, 0x3b2a22, 0x6b4a2f, 0x9a8f88, 0x2a2d45}[rng.IntN(5)])
	fringe, long := 0.36+0.07*rng.Float64(), rng.IntN(2) == 0
	return func(x, y, soft float64) colour {
		c := mix(p[1], p[2], y)
		head := length(x-0.5, (y-0.46)*0.9)
		c = mix(c, hair, inside(head-0.26, soft))
		if long {
			c = mix(c, hair, inside(max(math.Abs(x-0.5)-0.26, math.Abs(y-0.6)-0.18), soft))
		}
		c = mix(c, p[3], inside(length((x-0.5)*0.8, y-1.06)-0.3, soft))
		c = mix(c, skin, inside(max(math.Abs(x-0.5)-0.08, math.Abs(y-0.7)-0.1), soft))
		c = mix(c, skin, inside(head-0.21, soft))
		c = mix(c, hair, inside(max(head-0.215, y-fringe+0.3*math.Abs(x-0.44)), soft))
		eyes := length(math.Abs(x-0.5)-0.08, y-0.47) - 0.017
		c = mix(c, hex(0x241c1c), inside(eyes, soft))
		smile := max(math.Abs(length(x-0.5, y-0.52)-0.07)-0.008, 0.555-y)
		return mix(c, hex(0x8a3b3b), inside(smile, soft))
	}
}
