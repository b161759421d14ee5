// Package composer knows what Cloud Composer demands of an environment in each of
// its generations: names, image versions and their order, how large its workloads
// may be, which variables, options of Airflow and packages are a user's to set, and
// how long maintenance needs. It has rules as data, each with Google's page, and
// functions that say why a value would be refused, or "". It reads no configuration
// and no resources; package airflow knows which images there are.
package composer
