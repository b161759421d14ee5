package schedule

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// shorten keeps what is quoted in a message readable.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}

// didYouMean suggests the nearest candidate, or nothing.
func didYouMean(word string, candidates []string) string {
	if near := problem.Nearest(word, candidates); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return ""
}
