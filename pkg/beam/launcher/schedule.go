package launcher

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// scheduleName is what Cloud Scheduler allows in a job's id.
// https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
var scheduleName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,500}$`)

func (r *reader) schedule(n *yaml.Node) *Schedule {
	var s Schedule
	r.Object(n, "the schedule", map[string]func(*yaml.Node){
		"name": func(v *yaml.Node) {
			if s.Name = r.Text(v, "name"); s.Name != "" && !scheduleName.MatchString(s.Name) {
				r.Refuse(v, fmt.Sprintf("%q is no schedule's name", tree.Shorten(s.Name)), "letters, digits, hyphens and underscores, at most 500", "")
			}
		},
		"cron": func(v *yaml.Node) {
			if s.Cron = r.Text(v, "cron"); s.Cron != "" && len(strings.Fields(s.Cron)) != 5 {
				r.Refuse(v, fmt.Sprintf("%q is no schedule", tree.Shorten(s.Cron)), "cron has five fields: minute, hour, day of month, month, day of week", `For example "0 3 * * *".`)
			}
		},
		"enable": func(v *yaml.Node) { s.Enabled = r.Truth(v, "enable") },
	}, "name", "cron", "enable")
	if f := tree.Follow(n); f != nil {
		s.Place = Place{f.Line, f.Column}
	}
	return &s
}
