package compile

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/airflow"
)

// class is a class of Airflow's or of a provider's.
type class struct{ module, name string }

// line is what differs between the lines of Airflow; all else is the same text.
type line struct {
	dag, taskGroup, shortCircuit, pythonSensor class
	// interval is the timetable by which a cron expression means the interval before
	// the run, as in Airflow 2; there, the expression alone does.
	interval *class
	// undated says that a run may have no logical date, and its tasks no ds.
	undated bool
	// running is the helper that says whether another DAG has a run.
	running helper
}

var lines = map[string]line{
	"2.10": {
		dag:          class{"airflow", "DAG"},
		taskGroup:    class{"airflow.utils.task_group", "TaskGroup"},
		shortCircuit: class{"airflow.operators.python", "ShortCircuitOperator"},
		pythonSensor: class{"airflow.sensors.python", "PythonSensor"},
		running:      runningByModel,
	},
	"3.1": {
		dag:          class{"airflow.sdk", "DAG"},
		taskGroup:    class{"airflow.sdk", "TaskGroup"},
		shortCircuit: class{"airflow.providers.standard.operators.python", "ShortCircuitOperator"},
		pythonSensor: class{"airflow.providers.standard.sensors.python", "PythonSensor"},
		interval:     &class{"airflow.timetables.interval", "CronDataIntervalTimetable"},
		undated:      true,
		running:      runningBySDK,
	},
}

func lineOf(image airflow.Image) (line, error) {
	l, ok := lines[image.Line]
	if !ok {
		return line{}, fmt.Errorf("DAGs are not compiled for Airflow %s (image %s)", image.Airflow, image.Version)
	}
	return l, nil
}
