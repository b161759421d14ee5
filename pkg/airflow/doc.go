// Package airflow knows the Airflow of Cloud Composer's images: which images there
// are, the packages in them, and the operators with their arguments. It starts no
// Airflow and makes no environment; package venv does.
package airflow
