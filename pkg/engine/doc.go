// Package engine runs the Pulumi engine in this process: it plans, applies,
// refreshes, destroys and imports one stack. It takes a program and providers
// and knows neither components nor the command line; state is pkg/state's.
package engine
