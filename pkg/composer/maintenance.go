package composer

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// MaintenanceSource is the page of maintenance windows.
const MaintenanceSource = "https://cloud.google.com/composer/docs/composer-3/specify-maintenance-windows"

// MaintenancePerWeek is how long the windows of a week must be together.
const MaintenancePerWeek = 12 * time.Hour

var weekly = regexp.MustCompile(`^FREQ=WEEKLY;BYDAY=([A-Z]{2}(?:,[A-Z]{2})*)$`)

var days = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// WindowsPerWeek is how often a week a window of this recurrence (an RRULE) is
// open; 0 for one that Cloud Composer does not take: FREQ=DAILY and
// FREQ=WEEKLY;BYDAY=… are all that it knows.
func WindowsPerWeek(recurrence string) int {
	if recurrence == "FREQ=DAILY" {
		return len(days)
	}
	m := weekly.FindStringSubmatch(recurrence)
	if m == nil {
		return 0
	}
	named := strings.Split(m[1], ",")
	slices.Sort(named)
	named = slices.Compact(named)
	for _, day := range named {
		if !slices.Contains(days, day) {
			return 0
		}
	}
	return len(named)
}
