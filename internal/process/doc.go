// Package process tells whether a process that left its mark somewhere has ended:
// a lease's holder, for example. It ends nothing and starts nothing.
package process
