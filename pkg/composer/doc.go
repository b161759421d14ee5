// Package composer knows what Cloud Composer demands of an environment in each of
// its generations: how large its workloads may be, which variables and options of
// Airflow are not a user's to set, and how long maintenance needs. It has rules as
// data, each with Google's page, and reads no configuration; package airflow knows
// the images.
package composer
