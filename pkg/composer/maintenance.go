package composer

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// MaintenanceSource states what maintenance windows there may be.
const MaintenanceSource = "https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows"

const (
	// leastSlot is how long one window is, leastWeek how long those of a week are.
	leastSlot = 4 * time.Hour
	leastWeek = 12 * time.Hour
	day       = 24 * time.Hour
)

var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// WindowReason says why a maintenance window would be refused, and which of "start",
// "end" and "recurrence" is at fault. start and end are RFC 3339; only their distance
// counts. Empty texts pass.
func WindowReason(start, end, recurrence string) (field, reason string) {
	var from, to time.Time
	var err error
	if from, err = time.Parse(time.RFC3339, start); start != "" && err != nil {
		return "start", "it is a time such as 2026-01-01T01:00:00Z"
	}
	if to, err = time.Parse(time.RFC3339, end); end != "" && err != nil {
		return "end", "it is a time such as 2026-01-01T05:00:00Z"
	}
	days := 7
	if recurrence != "" {
		var why string
		if days, why = daysOf(recurrence); why != "" {
			return "recurrence", why
		}
	}
	if start == "" || end == "" {
		return "", ""
	}
	length := to.Sub(from)
	switch {
	case length <= 0:
		return "end", "it is later than the start"
	case length > day:
		return "end", "one window is at most 24 hours long"
	case length < leastSlot:
		return "end", fmt.Sprintf("one window is at least 4 hours long, and %s is given", words(length))
	case recurrence != "" && time.Duration(days)*length < leastWeek:
		return "recurrence", fmt.Sprintf("the windows of a week are at least 12 hours long together, and %d of %s are %s",
			days, words(length), words(time.Duration(days)*length))
	}
	return "", ""
}

// daysOf counts the days of a week that a recurrence names.
func daysOf(recurrence string) (int, string) {
	const form = "it is FREQ=DAILY, or FREQ=WEEKLY;BYDAY= with days, such as FREQ=WEEKLY;BYDAY=SA,SU"
	rule := strings.TrimPrefix(recurrence, "RRULE:")
	if rule == "FREQ=DAILY" {
		return 7, ""
	}
	list, ok := strings.CutPrefix(rule, "FREQ=WEEKLY;BYDAY=")
	if !ok {
		return 0, form
	}
	seen := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		if !slices.Contains(weekdays, name) || seen[name] {
			return 0, fmt.Sprintf("%q is no day, or is there twice: days are %s", name, strings.Join(weekdays, ", "))
		}
		seen[name] = true
	}
	return len(seen), ""
}

// words is a length without parts that are zero.
func words(d time.Duration) string {
	text := d.Round(time.Minute).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
