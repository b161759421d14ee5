package airflow

import (
	"encoding/json"
	"regexp"
	"strings"
)

// Kind says what an Event tells.
type Kind string

// The kinds of events.
const (
	// Running, Success and Failed tell of a task.
	Running Kind = "running"
	Success Kind = "success"
	Failed  Kind = "failed"
	// Log is a line that a task, or Airflow, wrote.
	Log Kind = "log"
	// States are those of some tasks, before the end: of many there are several. Only Ended
	// hands them on.
	States Kind = "states"
	// Ended is the end of a run, with the state of each task.
	Ended Kind = "ended"
)

// Event is one thing that happened in a run of a DAG.
type Event struct {
	Kind Kind `json:"dorc"`
	// Task is the task's id; of a log line it is "" when no task runs.
	Task string `json:"task"`
	// Level and Logger are those of a log record; "" for what was printed.
	Level  string `json:"level"`
	Logger string `json:"logger"`
	// Message is a log line; a record of several lines keeps its line ends.
	Message string `json:"message"`
	// Error is the class of an exception, Cause its text.
	Error string `json:"error"`
	Cause string `json:"cause"`
	// State is "success" or "failed", and Tasks has the state of each task.
	State string            `json:"state"`
	Tasks map[string]string `json:"tasks"`
}

// structured is a line of Airflow 3's log: time, level, text, and in brackets the logger with what belongs to it.
var structured = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[\d:.]+Z \[(\w+)\s*\] (.*?)\s*(?:\[([\w.]+)\](?: [\w.]+=.*)?)?$`)

// read reads a line that Airflow wrote.
func read(line string) Event {
	if strings.HasPrefix(line, `{"dorc": "`) {
		var e Event
		if err := json.Unmarshal([]byte(line), &e); err == nil {
			return e
		}
	}
	if found := structured.FindStringSubmatch(line); found != nil {
		return Event{Kind: Log, Level: strings.ToUpper(found[1]), Message: found[2], Logger: found[3]}
	}
	return Event{Kind: Log, Message: line}
}

// noise are loggers, and beginnings of texts, of Airflow's own work around a task.
var (
	noisyLoggers = []string{
		"airflow.api_fastapi.", "airflow.dag_processing.", "airflow.models.dag", "airflow.sdk.definitions.dag", "airflow.serialization.", "airflow.utils.",
		"alembic.", "airflow.plugins_manager", "airflow.listeners", "airflow.settings", "airflow.models.connection", "airflow.hooks.base",
	}
	noisyTexts = []string{
		"Exporting env vars:", "::endgroup::", "::group::", "Marking task as ", "[DAG TEST]", "Post task execution logs", "Done. Returned value was:",
		"Task instance is in ", "Filling up the DagBag", "dagrun id:", "created dagrun", "DagRun Finished", "Marking run ", "Task failed; ti=",
		"Using connection ID 'google_cloud_default'", "Getting connection using `google.auth.default()`", "No project ID could be determined", "setup plugin ",
		"Retrieving connection '", "Connection schemes (type", "Found credentials in environment variables", "Found endpoint for ",
		"Executing: {'query': ", "Inserting job airflow_", "Job airflow_", "datasetId was not specified in ", "projectId was not specified in ", "Project is not included in destination_project_dataset_table",
		"Building pod ", "Found matching pod ", "`try_number` of ", "Waiting 600s to get the POD running", "Deleting pod: ",
	}
)

// isNoise tells what is about Airflow's own work from what a task says.
func isNoise(e Event) bool {
	for _, logger := range noisyLoggers {
		if strings.HasPrefix(e.Logger, logger) {
			return true
		}
	}
	for _, text := range noisyTexts {
		if strings.HasPrefix(e.Message, text) {
			return true
		}
	}
	// Airflow 2.10 says so of operators whose execute calls that of their base class.
	return strings.HasSuffix(e.Message, ".execute cannot be called outside TaskInstance!")
}
