package experiments

import "math"

// arm is a variant in numbers: how many saw it, and how many of them did what decides.
type arm struct{ n, x int }

func (a arm) rate() float64 {
	if a.n == 0 {
		return 0
	}
	return float64(a.x) / float64(a.n)
}

// z95 is the 97.5 % quantile of the normal distribution.
const z95 = 1.959963984540054

// wilson is the 95 % interval of a proportion. Source: E. B. Wilson, “Probable Inference, the Law of Succession, and
// Statistical Inference”, JASA 22 (1927), 209–212.
func wilson(a arm) (low, high float64) {
	if a.n == 0 {
		return 0, 1
	}
	n, p := float64(a.n), a.rate()
	centre, half := p+z95*z95/(2*n), z95*math.Sqrt(p*(1-p)/n+z95*z95/(4*n*n))
	whole := 1 + z95*z95/n
	return math.Max(0, (centre-half)/whole), math.Min(1, (centre+half)/whole)
}

// newcombe is the 95 % interval of b's rate less a's: good for one look, at a time that was set before. Source: R. G. Newcombe,
// “Interval Estimation for the Difference between Independent Proportions”, Statistics in Medicine 17 (1998), 873–890, method 10.
func newcombe(a, b arm) (low, high float64) {
	lowA, highA := wilson(a)
	lowB, highB := wilson(b)
	pa, pb := a.rate(), b.rate()
	d := pb - pa
	return d - math.Hypot(pb-lowB, highA-pa), d + math.Hypot(highB-pb, pa-lowA)
}

// tau is the spread of differences that the test looks for best: five points. Any value is valid, others have less power.
const tau = 0.05

// leastArm, leastEvents: below them the normal approximation that the test rests on doesn't hold, and nothing is decided.
const leastArm, leastEvents = 50, 10

// enough reports whether there is enough to test b against a.
func enough(a, b arm) bool {
	happened, not := a.x+b.x, a.n-a.x+b.n-b.x
	return a.n >= leastArm && b.n >= leastArm && happened >= leastEvents && not >= leastEvents
}

// variance of the difference of rates; a success and a failure are added to each arm, so that it is never 0.
func variance(a, b arm) float64 {
	one := func(a arm) float64 {
		n := float64(a.n) + 2
		p := (float64(a.x) + 1) / n
		return p * (1 - p) / n
	}
	return one(a) + one(b)
}

// alwaysValid is the p-value of b's rate being a's, by the mixture sequential probability ratio test: the chance that it is ever
// as small as α, however often somebody looks and whenever they stop, is at most α if there is no difference. It is 1/Λ with
//
//	Λ = √(v / (v + τ²)) · exp(τ² d² / (2 v (v + τ²)))
//
// for a difference d of variance v. Source: R. Johari, P. Koomen, L. Pekelis, D. Walsh, “Peeking at A/B Tests”, KDD 2017, §4–5
// (their n and σ² are in v here). The test of this file simulates that claim.
func alwaysValid(a, b arm) float64 {
	if !enough(a, b) {
		return 1
	}
	d, v, t := b.rate()-a.rate(), variance(a, b), tau*tau
	log := 0.5*math.Log(v/(v+t)) + t*d*d/(2*v*(v+t))
	return math.Min(1, math.Exp(-log))
}

// confidence is the interval of b's rate less a's that holds the truth at every look at once with probability 1 – α: where the
// same test doesn't refuse. Without enough to test it is from -1 to 1.
func confidence(a, b arm, alpha float64) (low, high float64) {
	if !enough(a, b) {
		return -1, 1
	}
	d, v, t := b.rate()-a.rate(), variance(a, b), tau*tau
	half := math.Sqrt(v * (v + t) / t * (2*math.Log(1/alpha) + math.Log((v+t)/v)))
	return math.Max(-1, d-half), math.Min(1, d+half)
}
