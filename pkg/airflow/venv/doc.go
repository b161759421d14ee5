// Package venv makes the Python environment of an Airflow that Cloud Composer has, from
// the line's lock file, once in a cache folder. It starts nothing in it: neither
// Airflow nor its database.
package venv
