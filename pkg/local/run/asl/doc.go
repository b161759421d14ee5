// Package asl parses, checks and executes state machines in the Amazon States
// Language with JSONPath (https://states-language.net/spec.html), as AWS Step
// Functions runs a Standard workflow. A definition that it cannot execute is
// refused by name when it is parsed. It calls no service itself: the work of Task
// states is done by a Tasks given by the caller.
package asl
