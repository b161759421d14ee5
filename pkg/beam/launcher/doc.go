// Package launcher reads a pipeline in the JSON form of a Dataflow launcher:
// sources (mysql, postgres, bigquery), transforms (beamsql) and sinks (bigquery).
// It checks the file on its own and against the names of connection profiles. It
// does not know Beam: pkg/beam/translate makes a Beam pipeline from it. And it
// keeps no secret: of a profile's password, not even the length is remembered.
package launcher
