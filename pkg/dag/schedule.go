package dag

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a name exists or not, whatever the machine has

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// zoneNames are the names of the IANA database, version 2025b, as Python's package
// tzdata has them, which Airflow uses.
//
//go:embed zones.txt
var zoneNames string

var zones = sync.OnceValue(func() []string { return strings.Fields(zoneNames) })

// readZone reads the time zone. A machine's own database is not asked whether there
// is one of that name: it may have more, and on some systems names have no case.
func (r *reader) readZone(n *yaml.Node) {
	name := r.Text(n, "timezone")
	if name == "" {
		return
	}
	known := zones()
	if _, there := slices.BinarySearch(known, name); !there {
		hint := tree.DidYouMean(name, known)
		for _, k := range known {
			if strings.EqualFold(k, name) || strings.EqualFold(k[strings.LastIndexByte(k, '/')+1:], name) {
				hint = fmt.Sprintf("Did you mean %q?", k)
				break
			}
		}
		r.Refuse(n, fmt.Sprintf("there is no time zone %q", tree.Shorten(name)), "names are those of the IANA database, such as Europe/London", hint)
		return
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		r.Refuse(n, fmt.Sprintf("the time zone %q cannot be read", name), err.Error(), "Write another name of it.")
		return
	}
	r.dag.Timezone, r.zone = name, zone
}

// readSchedule reads when the DAG runs.
func (r *reader) readSchedule(n *yaml.Node) {
	if empty(n) {
		return
	}
	written := r.Text(n, "schedule_interval")
	r.dag.Schedule = strings.Join(strings.Fields(written), " ")
	if r.dag.Schedule == "" {
		return
	}
	if reason, hint := badCron(r.dag.Schedule); reason != "" {
		r.Refuse(n, fmt.Sprintf("%q is no schedule", tree.Shorten(written)), reason, hint)
	}
}

// checkContinuous refuses what Airflow refuses of a DAG that always runs.
func (r *reader) checkContinuous() {
	if at := r.at["max_active_runs"]; r.dag.Schedule == continuous && r.dag.MaxActiveRuns != 1 {
		r.Refuse(at, "a DAG that always runs has one run at a time", fmt.Sprintf("the schedule is %s, and max_active_runs %d", continuous, r.dag.MaxActiveRuns), "Write max_active_runs: 1, or leave it out.")
	}
}

// continuous is the preset of a DAG that starts when it has ended.
const continuous = "@continuous"
