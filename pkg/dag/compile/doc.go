// Package compile turns a DAG that package dag has read into a plain Airflow file in
// Python and the SQL beside it. What it writes is the same to the byte on any machine,
// formatted as black would, and needs nothing of dorc when it runs. It reads no files,
// starts no Python and knows no environment: one text is deployed to all of them.
package compile
