package definition

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/googlerules/cron"
)

const (
	schedulerSource = "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs"
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
		if reason, hint := BadCron(s.Cron); reason != "" {
			v.refuse(expression, "the cron expression is not one that Cloud Scheduler accepts", reason+" ("+cron.Source+")", hint)
		}
	}
	if v.source.Has(zone) {
		if why := googlerules.TimeZoneReason(s.Timezone); why != "" {
			v.refuse(zone, fmt.Sprintf("there is no time zone %q", shorten(s.Timezone)), why, "")
		}
	}
	v.number(field(path, "retries"), float64(s.Retries), retriesSpan)
	v.number(field(path, "attempt_deadline"), float64(s.AttemptDeadline), deadlineSpan)
}

// BadCron says why Cloud Scheduler would refuse an expression, and what to do; both
// are "" for a sound one.
func BadCron(expression string) (reason, hint string) {
	_, err := cron.Parse(expression)
	var refused *cron.Error
	if !errors.As(err, &refused) {
		return "", ""
	}
	reason, hint = refused.Reason, refused.Hint
	if refused.Field != "" {
		reason = refused.Field + ": " + reason
	}
	if hint == "" {
		hint = `For example "0 3 * * *": every day at three.`
	}
	return reason, hint
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
