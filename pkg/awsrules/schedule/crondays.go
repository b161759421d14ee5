package schedule

import (
	"fmt"
	"strings"
	"time"
)

// days says on which days of a month an expression runs.
type days interface {
	// in lists the days of that month in rising order.
	in(year int, month time.Month) []int
}

type (
	// monthDays are plain values of day-of-month.
	monthDays struct{ set }
	// weekDays are plain values of day-of-week; Sunday is 1.
	weekDays struct{ set }
	// lastDay is L.
	lastDay struct{}
	// nearestWeekday is 3W, the weekday (Monday to Friday) nearest to the 3rd
	// in the same month; day 0 is LW, the last weekday.
	nearestWeekday struct{ day int }
	// nthWeekday is 3#2, the second Tuesday; n 0 is 3L, the last Tuesday.
	nthWeekday struct {
		weekday time.Weekday
		n       int
	}
)

func parseDayOfMonth(text string) (days, *Error) {
	switch upper := strings.ToUpper(text); {
	case upper == "L":
		return lastDay{}, nil
	case upper == "LW":
		return nearestWeekday{}, nil
	case strings.HasSuffix(upper, "W"):
		day, ok := dayField.value(upper[:len(upper)-1])
		if !ok {
			return nil, dayField.refuse(text, "is not one day with W behind it", "Write it as in 3W.")
		}
		return nearestWeekday{day}, nil
	case strings.Contains(upper, "L"):
		return nil, dayField.refuse(text, "has L beside something else", "L stands alone, or as LW.")
	}
	s, bad := dayField.parse(text)
	return monthDays{s}, bad
}

func parseDayOfWeek(text string) (days, *Error) {
	upper := strings.ToUpper(text)
	if upper == "L" {
		// The last day of the week is Saturday.
		upper = "7"
	}
	if before, n, ok := strings.Cut(upper, "#"); ok {
		weekday, isDay := weekdayField.value(before)
		nth, isNumber := digits(n)
		if !isDay || !isNumber || nth < 1 || nth > 5 {
			return nil, weekdayField.refuse(text, "is not one day and which of the month", "Write it as in 3#2, the second Tuesday.")
		}
		return nthWeekday{time.Weekday(weekday - 1), nth}, nil
	}
	if before, ok := strings.CutSuffix(upper, "L"); ok {
		weekday, isDay := weekdayField.value(before)
		if !isDay {
			return nil, weekdayField.refuse(text, "is not one day with L behind it", "Write it as in 6L, the last Friday.")
		}
		return nthWeekday{time.Weekday(weekday - 1), 0}, nil
	}
	s, bad := weekdayField.parse(upper)
	if bad != nil && strings.Contains(upper, "W") && !strings.Contains(upper, "WED") {
		bad.Hint = fmt.Sprintf("W belongs to %s.", dayField.name)
	}
	return weekDays{s}, bad
}

func (d monthDays) in(year int, month time.Month) []int {
	return filterDays(year, month, func(day int, _ time.Weekday) bool { return d.has(day) })
}

func (d weekDays) in(year int, month time.Month) []int {
	return filterDays(year, month, func(_ int, w time.Weekday) bool { return d.has(int(w) + 1) })
}

func (lastDay) in(year int, month time.Month) []int { return []int{lengthOf(year, month)} }

func (d nearestWeekday) in(year int, month time.Month) []int {
	last := lengthOf(year, month)
	day := d.day
	if day > last {
		return nil
	}
	if day == 0 {
		day = last
	}
	switch weekdayOf(year, month, day) {
	case time.Saturday:
		if day == 1 {
			return []int{3}
		}
		return []int{day - 1}
	case time.Sunday:
		if day == last {
			return []int{day - 2}
		}
		return []int{day + 1}
	}
	return []int{day}
}

func (d nthWeekday) in(year int, month time.Month) []int {
	all := filterDays(year, month, func(_ int, w time.Weekday) bool { return w == d.weekday })
	switch {
	case d.n == 0:
		return all[len(all)-1:]
	case d.n <= len(all):
		return all[d.n-1 : d.n]
	}
	return nil
}

func filterDays(year int, month time.Month, keep func(day int, w time.Weekday) bool) []int {
	var kept []int
	w := weekdayOf(year, month, 1)
	for day := 1; day <= lengthOf(year, month); day++ {
		if keep(day, w) {
			kept = append(kept, day)
		}
		w = (w + 1) % 7
	}
	return kept
}

func weekdayOf(year int, month time.Month, day int) time.Weekday {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Weekday()
}

func lengthOf(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
