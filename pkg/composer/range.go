package composer

import (
	"math"
	"strconv"
)

// Refuse says why v is not in the range, such as "0.5 to 28 in steps of 0.25 are
// possible"; "" when it is.
func (r Range) Refuse(v float64) string {
	if v >= r.Min && v <= r.Max && r.stepped(v) {
		return ""
	}
	why := Number(r.Min) + " to " + Number(r.Max)
	switch {
	case r.Step == evenCPU && r.Min < 1:
		why += ", of them 0.5, 1 and multiples of 2,"
	case r.Step == evenCPU:
		why += ", of them 1 and multiples of 2,"
	case r.Step > 0 && r.Step != 1:
		why += " in steps of " + Number(r.Step)
	case r.Step == 1:
		why = "whole numbers from " + why
	}
	return why + " are possible"
}

func (r Range) stepped(v float64) bool {
	switch {
	case r.Step == 0:
		return true
	case r.Step == evenCPU:
		return v == 0.5 || v == 1 || math.Mod(v, 2) == 0
	default:
		return math.Mod(v, r.Step) == 0
	}
}

// Number writes a number as a person does: 0.5, 2.
func Number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
