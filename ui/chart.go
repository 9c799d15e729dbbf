package ui

import (
	"fmt"
	"strings"

	"madang/i18n"
)

// point is an interval of a chart, by what it is called.
type point struct {
	Date string
	N    int
}

// chart is a line over intervals, ready to be drawn in a box of Width by Height.
type chart struct {
	Kind, Title, Label string
	Total, Most        int
	Width, Height      int
	First, Last        string
	Line, Area         string // points of SVG shapes
	Grid               []int
	Points             []point
}

// Measures of a chart: the line keeps off the edges by a margin.
const (
	chartWidth  = 600
	chartHeight = 140
	chartMargin = 6
)

// draw makes a chart of points, the oldest first.
func draw(lang i18n.Lang, kind string, points []point) chart {
	c := chart{Kind: kind, Title: i18n.T(lang, "stats."+kind), Width: chartWidth, Height: chartHeight, Points: points}
	for _, p := range points {
		c.Total += p.N
		c.Most = max(c.Most, p.N)
	}
	bottom := chartHeight - chartMargin
	for i := range 4 {
		c.Grid = append(c.Grid, chartMargin+i*(bottom-chartMargin)/3)
	}
	if len(points) == 0 {
		return c
	}
	at := make([]string, len(points))
	for i, p := range points {
		x := float64(chartWidth) * float64(i) / float64(max(1, len(points)-1))
		y := float64(bottom) - float64(bottom-chartMargin)*float64(p.N)/float64(max(1, c.Most))
		at[i] = fmt.Sprintf("%.1f,%.1f", x, y)
	}
	c.Line = strings.Join(at, " ")
	c.Area = fmt.Sprintf("0,%d %s %d,%d", bottom, c.Line, chartWidth, bottom)
	c.First, c.Last = points[0].Date, points[len(points)-1].Date
	c.Label = i18n.T(lang, "stats.chart", c.Title, c.First, c.Last, c.Total, c.Most)
	return c
}
