// Package dbt knows what dorc relies on of a dbt project: dbt_project.yml, the lock
// file of its Python packages, its profile and its manifest.json. It runs no dbt,
// reads no models, and makes no image.
package dbt
