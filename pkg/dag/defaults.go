package dag

import "time"

// Defaults, which are DOP's.
const (
	DefaultTimezone      = "UTC"
	DefaultMaxActiveRuns = 5
	DefaultRetries       = 3
	DefaultRetryDelay    = 5 * time.Minute
	DefaultConcurrency   = 2
	DefaultGranularity   = "day"
)

// newDAG has every default that does not depend on what the file says.
func newDAG(o Options) *DAG {
	return &DAG{
		Layer: o.Layer, Pipeline: o.Pipeline, DOP: o.DOP, ID: o.standardID(), Enabled: true,
		Timezone: DefaultTimezone, MaxActiveRuns: DefaultMaxActiveRuns, Retries: DefaultRetries,
		RetryDelay: DefaultRetryDelay, Concurrency: DefaultConcurrency,
	}
}

// fillDefaults fills in those that do.
func (r *reader) fillDefaults() {
	d := r.dag
	if r.at["start_date"] == nil {
		d.StartDate = time.Date(1970, 1, 1, 0, 0, 0, 0, r.zone)
	}
	if r.at["max_active_runs"] == nil {
		if d.Schedule == continuous {
			d.MaxActiveRuns = 1
		}
		for _, t := range d.Tasks {
			if t.Action == DbtAction {
				d.MaxActiveRuns = 1
			}
		}
	}
	for _, t := range d.Tasks {
		if t.Schema == "" {
			t.Schema = d.Schema
		}
		if t.Database == "" {
			t.Database = d.Database
		}
	}
}
