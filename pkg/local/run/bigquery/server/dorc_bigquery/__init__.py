"""dorc's local BigQuery: BigQuery's REST API over DuckDB files, for one machine and one user."""
