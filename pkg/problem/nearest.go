package problem

import "github.com/agext/levenshtein"

// Nearest returns the candidate that word most likely meant, or "" when none is
// close: at most a third of the letters may differ.
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", len(word)/3+1
	for _, c := range candidates {
		if d := levenshtein.Distance(word, c, nil); d < bestDistance || (d == bestDistance && best == "") {
			best, bestDistance = c, d
		}
	}
	return best
}
