// Package weathertest tells tests what the example's DAG weather-report must leave in
// BigQuery: the rows of every table, reckoned from the CSV file in another way, in
// whole tenths and without SQL. It is for tests alone.
package weathertest
