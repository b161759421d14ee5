// Package jinja reads templates of Jinja2 as Airflow does, for their syntax alone: what
// a template has to be so that Jinja compiles it, with line and column of the first
// mistake, and what it names. It renders nothing.
package jinja
