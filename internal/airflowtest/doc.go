// Package airflowtest gives tests a real Airflow of each line that dorc knows, in one
// environment a line that all tests of a machine share. It is for tests alone.
package airflowtest
