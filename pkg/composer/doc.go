// Package composer knows what Cloud Composer's API allows in an environment: image
// versions and their order, names, the limits of workloads, environment variables,
// Airflow options, PyPI packages and maintenance windows, each with the page that
// states the rule. Functions named …Reason say why a value would be refused, or "".
//
// It is a leaf: it asks nobody, and knows neither configuration nor resources. Which
// images there are, and what is in them, is pkg/airflow's business.
package composer
