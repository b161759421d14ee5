// Package cron reads the schedules of Cloud Scheduler in unix-cron format, refuses
// what Cloud Scheduler refuses, says which field is wrong, and tells when a
// schedule fires. It starts nothing.
//
// App Engine's older format ("every 5 minutes") is refused: Cloud Scheduler keeps
// it for jobs that have it already.
package cron
