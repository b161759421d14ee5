package composer

import (
	"fmt"
	"strings"
	"time"
)

// shortestWindow is how long one maintenance window is at least, and longestWindow
// at most.
const (
	shortestWindow = 4 * time.Hour
	longestWindow  = 24 * time.Hour
)

// WindowReason says why a maintenance window would be refused, and which of "start",
// "end" and "recurrence" is at fault. start and end are RFC 3339; only their distance
// counts. Empty texts pass. Source: MaintenanceSource.
func WindowReason(start, end, recurrence string) (field, reason string) {
	from, err := time.Parse(time.RFC3339, start)
	if start != "" && err != nil {
		return "start", "it is a time such as 2026-01-01T01:00:00Z"
	}
	to, err := time.Parse(time.RFC3339, end)
	if end != "" && err != nil {
		return "end", "it is a time such as 2026-01-01T05:00:00Z"
	}
	open := WindowsPerWeek(recurrence)
	if recurrence != "" && open == 0 {
		return "recurrence", "it is FREQ=DAILY, or FREQ=WEEKLY;BYDAY= with days, such as FREQ=WEEKLY;BYDAY=SA,SU"
	}
	if start == "" || end == "" {
		return "", ""
	}
	length := to.Sub(from)
	switch all := time.Duration(open) * length; {
	case length <= 0:
		return "end", "it is later than the start"
	case length > longestWindow:
		return "end", "one window is at most 24 hours long"
	case length < shortestWindow:
		return "end", "one window is at least 4 hours long, and " + hours(length) + " are given"
	case open > 0 && all < MaintenancePerWeek:
		return "recurrence", fmt.Sprintf("the windows of a week are at least %s long together, and %d of %s are %s",
			hours(MaintenancePerWeek), open, hours(length), hours(all))
	}
	return "", ""
}

// hours is a length in whole minutes, such as 4h30m, without parts that are zero.
func hours(d time.Duration) string {
	text := d.Round(time.Minute).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
