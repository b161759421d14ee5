// Package dags tests the example's DAG as a new user has it: applied to the local
// target and run by a real Airflow with dbt, with what comes out reckoned another way.
package dags
