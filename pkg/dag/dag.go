package dag

import (
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// DAG is what a dag.yaml or a config.yaml of DOP says, with every default filled in.
type DAG struct {
	// File is the file as problems name it; Path is the same below the config repo's
	// root, with slashes, so that what is made of it is the same on every machine.
	File, Path string
	// Layer and Pipeline are its place in the config repo.
	Layer, Pipeline string
	// ID is the DAG's id in Airflow. Default: <layer>__<pipeline>; for DOP's files dop__<folder>.
	ID string
	// DOP says that the file is a config.yaml of DOP.
	DOP bool
	// Description says in a sentence what the DAG is for.
	Description string
	// Enabled is false for a DAG that is compiled to nothing. Default: true.
	Enabled bool
	// Schedule is a cron expression of five fields or a preset such as "@daily"; ""
	// when only a person starts it.
	Schedule string
	// Timezone is a name of the IANA database. Default: "UTC".
	Timezone string
	// StartDate is a day in Timezone. Default: 1970-01-01.
	StartDate time.Time
	// Catchup runs what was missed since StartDate. Default: false.
	Catchup bool
	// MaxActiveRuns is how many runs there are at once. Default: 5; 1 for a DAG with
	// tasks of dbt, so that two runs never work on one dbt project.
	MaxActiveRuns int
	// Retries is how often a failed task is tried again, RetryDelay the time between.
	// Default: 3, 5 minutes apart.
	Retries    int
	RetryDelay time.Duration
	// Concurrency is how many tasks run at once, over all runs. Default: 2, DOP's.
	Concurrency int
	// Schema is the dataset of tasks that name none. Database is the Google project
	// of all; "" is the environment's (DOP_PROJECT_ID).
	Schema, Database string
	// Params are the parameters in the order of the file.
	Params []Argument
	// Tags are shown in Airflow besides the layer's and the service project's.
	Tags []string
	// Tasks are in the order of the file.
	Tasks []*Task
	// SQL are all files of the folder sql that end in .sql, sorted by path: those of
	// tasks, and what they include.
	SQL []SQLFile
	// Warnings are no mistakes, but hardly what is meant.
	Warnings problem.List
}

// SQLFile is a file of SQL beside the DAG.
type SQLFile struct {
	// Path is below the pipeline's folder, with slashes: sql/<name>.sql.
	Path string
	// Text is its content as it stands.
	Text string
}

// Task is one task of a DAG.
type Task struct {
	// Identifier is the task's id, and the table's, view's, … name.
	Identifier string
	// Action and Target are what it does.
	Action Action
	Target string
	// Schema and Database are where its relation is; the DAG's when it names none.
	Schema, Database string
	// Dependencies are the identifiers of the tasks before it, in the file's order.
	Dependencies []string
	// Partitioning is nil for a table that is replaced as a whole.
	Partitioning *Partitioning
	// SQL is the text of sql/<identifier>.sql as it stands, SQLFile the file's path
	// below the pipeline's folder, with slashes; "" for a task without.
	SQL, SQLFile string
	// Description is the task's documentation in Airflow.
	Description string
	// Retries overrides the DAG's; nil keeps them.
	Retries *int
	// TriggerRule is one of Airflow's. Default: "", all_success.
	TriggerRule string
	// Arguments are options.arguments of a UDF or procedure (Name and the type as a
	// string Value), of an operator (keyword arguments), or of dbt (option and value;
	// Value nil for a flag).
	Arguments []Argument
	// Message is options.message of an assertion: what a failure says before the rows' own words.
	Message string
	// Dbt is set for action dbt.
	Dbt *Dbt
	// Starts is the pipeline, as <layer>/<name>, that a task of action dataflow,
	// workflow, lambda or job starts; Arguments are what the run gets.
	Starts string
	// Place is where the task stands.
	Place problem.Problem
}

// Action is the first half of a task's kind.
type Action string

// The actions. Those of DOP keep their names.
const (
	Materialization Action = "materialization"
	Assertion       Action = "assertion"
	Invocation      Action = "invocation"
	DbtAction       Action = "dbt"
	Operator        Action = "airflow_operator"
	Dataflow        Action = "dataflow"
	Workflow        Action = "workflow"
	Lambda          Action = "lambda"
	Job             Action = "job"
)

// Targets of materialization, assertion and invocation.
const (
	Table           = "table"
	View            = "view"
	Schema          = "schema"
	UDF             = "udf"
	StoredProcedure = "stored_procedure"
	AssertionTarget = "assertion"
	AssertionSensor = "assertion_sensor"
)

// Partitioning is how a table is partitioned.
type Partitioning struct {
	// Field is a column, DataType "date", "datetime" or "timestamp".
	Field, DataType string
	// Granularity is "hour", "day", "month" or "year"; "hour" is not for dates. Default: "day".
	Granularity string
}

// Dbt is what a task of dbt runs.
type Dbt struct {
	// Project is the name of a dbt project of the config repo: its folder's.
	Project string
	// Version is options.version, such as "1.9.4"; "" takes that of the project's lock file.
	Version string
	// Models makes a task of each model of the project's manifest instead of one for all.
	Models bool
	// Manifest is the path of that manifest below the config repo's root, with slashes.
	// Default: target/manifest.json in the project's folder.
	Manifest string
}

// Argument is a name with its value. A value is nil, bool, int64, float64, string,
// time.Time, Duration, []any of values, or Values. A time that the file writes without
// a zone is in the DAG's; a day is its midnight.
type Argument struct {
	Name  string
	Value any
	// Line and Column are where the name stands.
	Line, Column int
}

// Values is a mapping that keeps the order of the file.
type Values []Argument

// Duration is a timedelta, as DOP's files write it:
// !!python/object/apply:datetime.timedelta [0, 300]. It is data; nothing of Python is executed.
type Duration time.Duration
