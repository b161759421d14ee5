// Package output keeps a folder with compiled DAGs: it writes what has changed and
// removes what is not made any more, and touches nothing that it has not written. It
// compiles nothing.
package output
