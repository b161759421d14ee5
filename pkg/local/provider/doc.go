// Package provider is what the clouds of the local cloud share: a Pulumi provider
// that keeps every resource as a document of pkg/local/cloud. A cloud is a value,
// a Cloud: its types, what the real provider says about them, its rules, its
// configuration, its labels and the words of its errors. Check, difference,
// create, read, update, delete, import and the search for what an interrupted run
// left are here, once.
//
// It knows no cloud. pkg/local/aws and pkg/local/gcp describe one each, and
// docs/contributing-local-types.md says how to add a type to them.
package provider
