// Package bigquery is the local target's BigQuery: a server in Python, embedded here,
// that speaks BigQuery's REST API on loopback and runs its SQL in DuckDB over one file
// per dataset. Google's clients find it by BIGQUERY_EMULATOR_HOST. This package starts,
// finds and stops it; who makes the Python environment is the caller's business.
//
// docs/local-bigquery.md says what it can do, docs/decisions/014-own-bigquery.md why it
// is dorc's own.
package bigquery
