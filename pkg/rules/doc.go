// Package rules tests the inputs of a resource by tables: which value, which test,
// and the page that states the rule. pkg/awsrules and pkg/googlerules have the
// tables; here is what runs them, and the tests that both need.
//
// It knows no cloud. Unknown values pass, and secret values are tested and never
// shown.
package rules
