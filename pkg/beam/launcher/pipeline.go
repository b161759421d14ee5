package launcher

import (
	"time"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Pipeline is what a config.json describes.
type Pipeline struct {
	// File is the path as the user would type it.
	File string
	// Name and Description are free texts; both may be empty.
	Name, Description string
	Sources           []Source
	Transforms        []Transform
	Sinks             []Sink
	// Schedule is nil when the pipeline has none.
	Schedule *Schedule
	// Warnings are what works, but is hardly meant.
	Warnings problem.List
}

// Place is where a part stands in the file. It counts from 1.
type Place struct{ Line, Column int }

// Source reads a table from somewhere.
type Source struct {
	Place
	// Name is unique in the file; the stages that read from it refer to it.
	Name string
	// Module is mysql, postgres or bigquery.
	Module string
	// Query is SQL in the source's dialect, without a final semicolon.
	Query string
	// Profile names the connection of mysql and postgres.
	Profile string
	// Project is the Google project in which the query of bigquery runs.
	Project string
	// Incremental is nil when everything is read each time.
	Incremental *Incremental
}

// Incremental makes a source read only what is new.
type Incremental struct {
	// Column is compared; it has dates or times, and the query selects it.
	Column string
	// Ago is how long before the start of a run rows are new; 0 means those above
	// the greatest value in the table of the sink Destination.
	Ago time.Duration
	// Destination names a sink of the file.
	Destination string
	// Search limits how far back the greatest value is looked for; 0 means everywhere.
	Search time.Duration
}

// Transform is a beamsql: SQL over other stages, in Calcite's dialect.
type Transform struct {
	Place
	Name string
	// Inputs are the stages that it reads, Aliases their names in the SQL: one per
	// input, the stages' own names by default.
	Inputs, Aliases []string
	SQL             string
}

// Sink writes a stage to a BigQuery table.
type Sink struct {
	Place
	Name, Input string
	// Mode is how rows that are there already are treated; replace by default.
	Mode Mode
	// MergeKeys are the columns by which a row replaces another, with mode merge.
	MergeKeys []string
	Table     Table
	// Schema is auto by default.
	Schema Schema
	// Create says that a table which does not exist is created
	// (CREATE_IF_NEEDED). By default it must exist (CREATE_NEVER).
	Create bool
	// Partitioning is HOUR, DAY, MONTH or YEAR of PartitioningField, or both are empty.
	Partitioning, PartitioningField string
	// Clustering are at most four columns.
	Clustering []string
}

// Mode is how a sink treats what is in its table.
type Mode string

// The modes: all rows are replaced, kept, or those with the same merge keys replaced.
const (
	Replace Mode = "replace"
	Append  Mode = "append"
	Merge   Mode = "merge"
)

// Table names a BigQuery table.
type Table struct{ Project, Dataset, Name string }

// String is project:dataset.table, as the file and Beam write it.
func (t Table) String() string { return t.Project + ":" + t.Dataset + "." + t.Name }

// SQL is the table in BigQuery's dialect, in quotes.
func (t Table) SQL() string { return "`" + t.Project + "." + t.Dataset + "." + t.Name + "`" }

// Schema is how a sink's columns are known.
type Schema struct {
	// FromTable says that the table's own schema is used (get_from_table).
	FromTable bool
	// Fields are the columns; none with FromTable, and when they are as the rows (auto).
	Fields []Field
}

// Field is a column of BigQuery.
type Field struct {
	Name, Type string
	// Mode is NULLABLE, REQUIRED, REPEATED, or "" which means NULLABLE.
	Mode string
	// Fields are the columns of a RECORD.
	Fields []Field
}

// Schedule is when the pipeline runs.
type Schedule struct {
	Place
	Name string
	// Cron has five fields: minute, hour, day of month, month, day of week.
	Cron string
	// Enabled is the key enable. A schedule that is not enabled is removed.
	Enabled bool
}
