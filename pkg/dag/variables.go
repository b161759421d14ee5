package dag

import (
	"fmt"
	"slices"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/jinja"
)

// contextNames are what a template finds: the context of a task in Airflow 2.10 and
// 3.1 (airflow.utils.context), Jinja's own functions, and in the end what dorc adds.
var contextNames = []string{
	"conf", "conn", "dag", "dag_run", "data_interval_end", "data_interval_start", "ds", "ds_nodash", "exception", "execution_date", "expanded_ti_count",
	"inlet_events", "inlets", "logical_date", "macros", "map_index_template", "next_ds", "next_ds_nodash", "next_execution_date", "outlet_events", "outlets", "params",
	"prev_data_interval_end_success", "prev_data_interval_start_success", "prev_ds", "prev_ds_nodash", "prev_end_date_success", "prev_execution_date",
	"prev_execution_date_success", "prev_start_date_success", "run_id", "start_date", "task", "task_instance", "task_instance_key_str", "task_reschedule_count", "templates_dict",
	"test_mode", "ti", "tomorrow_ds", "tomorrow_ds_nodash", "triggering_asset_events", "triggering_dataset_events", "ts", "ts_nodash",
	"ts_nodash_with_tz", "try_number", "var", "yesterday_ds", "yesterday_ds_nodash",
	"caller", "cycler", "dict", "joiner", "kwargs", "lipsum", "loop", "namespace", "range", "self", "super", "varargs",
	"identifier", "is_incremental", "literal", "relation",
}

// variables warns of names to which nothing gives a value: Airflow renders strictly, and
// the task would fail.
func (r *reader) variables(t *jinja.Template, at place) {
	for _, v := range t.Variables {
		if slices.Contains(contextNames, v.Name) || slices.Contains(t.Given, v.Name) {
			continue
		}
		r.dag.Warnings = append(r.dag.Warnings, at(v.Line, v.Column, fmt.Sprintf("nothing gives %q a value", tree.Shorten(v.Name)),
			"it is neither a name of Airflow's nor set in the template", tree.DidYouMean(v.Name, contextNames)))
	}
}
