// Package translate makes a Beam YAML pipeline from one in the launcher's form,
// and says what Beam cannot do and another must: ask a table what is new before a
// run, and merge rows into a table after it. It runs none of that.
package translate
