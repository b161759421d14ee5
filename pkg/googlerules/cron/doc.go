// Package cron reads the schedules of Cloud Scheduler in unix-cron format, refuses
// what Cloud Scheduler refuses, says which field is wrong, and tells when a
// schedule fires. It starts nothing.
//
// App Engine's format ("every 5 minutes"), which Cloud Scheduler takes as well, is
// refused: an Error says when an expression looks like it.
package cron
