// Package airflowstub plays Airflow, and the local BigQuery, for tests of how
// processes start and end: a real Airflow takes half a minute to do so. It knows
// nothing of DAGs. It is for tests alone.
package airflowstub
