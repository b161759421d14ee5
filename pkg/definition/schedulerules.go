package definition

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	// Time zones are known on machines without a tz database too.
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

const (
	schedulerSource = "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs"
	cronSource      = "https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules"
	// scheduleNamePattern is that of a job's id.
	scheduleNamePattern = `^[A-Za-z0-9_-]{1,500}$`
)

var (
	scheduleNameRegexp = regexp.MustCompile(scheduleNamePattern)
	retriesSpan        = span{0, 5, "repetitions", "Cloud Scheduler, " + schedulerSource}
	deadlineSpan       = span{15, 1800, "seconds", "Cloud Scheduler, " + schedulerSource}
)

// arguments checks what starts a pipeline of kind dataflow or workflow, and with what.
func (v *validator) arguments(kind Kind) {
	p := v.pipeline
	v.parameters(p.Parameters, "parameters", kind)
	if s := p.Schedule; s != nil {
		v.timetable(s, "schedule")
		v.parameters(s.Parameters, "schedule.parameters", kind)
	}
}

func (v *validator) timetable(s *Schedule, path string) {
	name, expression, zone := field(path, "name"), field(path, "cron"), field(path, "timezone")
	if v.source.Has(name) && !scheduleNameRegexp.MatchString(s.Name) {
		v.refuse(name, fmt.Sprintf("%q cannot be the name of a schedule", shorten(s.Name)),
			"letters, digits, - and _, at most 500 ("+schedulerSource+")", "Rename it.")
	}
	switch {
	case !v.source.Has(expression):
		v.refuse(path, "a schedule has no cron", "", `Write when it starts, such as cron: "0 3 * * *"`)
	default:
		if why := BadCron(s.Cron); why != "" {
			v.refuse(expression, "the cron expression is not one that Cloud Scheduler accepts", why+" ("+cronSource+")",
				`For example "0 3 * * *": every day at three.`)
		}
	}
	if v.source.Has(zone) {
		if why := badZone(s.Timezone); why != "" {
			v.refuse(zone, fmt.Sprintf("there is no time zone %q", shorten(s.Timezone)), why, "Write a name such as Europe/London, or Etc/UTC.")
		}
	}
	v.number(field(path, "retries"), float64(s.Retries), retriesSpan)
	v.number(field(path, "attempt_deadline"), float64(s.AttemptDeadline), deadlineSpan)
}

// BadCron says why an expression is none of unix-cron, with which Cloud Scheduler
// is told times, or "".
func BadCron(expression string) string {
	if n := len(strings.Fields(expression)); n != 5 {
		return fmt.Sprintf("%d fields are given; there are five: minute, hour, day of month, month, day of week", n)
	}
	if _, err := cron.ParseStandard(expression); err != nil {
		return err.Error()
	}
	return ""
}

// badZone says why a name is none of the tz database, or "".
func badZone(name string) string {
	if name == "" || name == "Local" {
		return "it is not in the tz database"
	}
	if _, err := time.LoadLocation(name); err != nil {
		return "it is not in the tz database"
	}
	return ""
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
