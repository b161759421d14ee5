// Package airflow runs a real Airflow on the local target: one run of a DAG by
// `airflow dags test`, or a whole Airflow with its pages. It gets a Python
// environment and the addresses of what stands in for Google Cloud; it makes
// neither.
package airflow
