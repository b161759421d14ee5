// Package goldentest compares what a person would read with what a txtar archive
// says that they read. It is for tests, and knows nothing of what is tested.
package goldentest
