package googlerules

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var seconds = regexp.MustCompile(`^[0-9]+(\.[0-9]{1,9})?s$`)

// duration wants a length of time as protocol buffers write it in JSON, in seconds.
// Some of the provider's properties take days, as in 30d, too.
var duration = text(func(v string) string {
	if seconds.MatchString(v) || days.MatchString(v) {
		return ""
	}
	return "a length of time is in seconds, such as 86400s"
})

var days = regexp.MustCompile(`^[0-9]+[dhm]$`)

// durationIn wants a length of time in seconds between two.
func durationIn(least, most time.Duration, words string) test {
	return text(func(v string) string {
		if !seconds.MatchString(v) {
			return "a length of time is in seconds, such as 320s"
		}
		n, err := strconv.ParseFloat(strings.TrimSuffix(v, "s"), 64)
		if err != nil || n < least.Seconds() || n > most.Seconds() {
			return "it is " + words
		}
		return ""
	})
}
