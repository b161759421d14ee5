// Package check has what the looks at AWS and at Google Cloud share: findings,
// kinds of faults, the run of many looks at the same time, and the look at the
// state store. It knows no service of a cloud and changes nothing.
package check
