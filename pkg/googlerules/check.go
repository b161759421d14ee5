package googlerules

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/rules"
)

// Failure is one value that Google Cloud would refuse.
type Failure = rules.Failure

// Short names, for the tables.
type (
	inputs  = rules.Inputs
	subject = rules.Subject
	test    = rules.Test
)

var (
	length   = rules.Length
	pattern  = rules.Pattern
	between  = rules.Between
	atLeast  = rules.AtLeast
	oneOf    = rules.OneOf
	document = rules.Document
)

// row is a rule in a table: where, what, and the page that says so.
type row struct {
	at     string
	test   test
	source string
}

// table has the rules of one type.
type table struct {
	values []row
	// whole tests what depends on more than one property.
	whole func(inputs) []Failure
}

// tables has the rules of every type that has some.
var tables = map[tokens.Type]rules.Rules{}

func register(t tokens.Type, own table) struct{} {
	r := rules.Rules{Whole: own.whole}
	for _, v := range append(own.values, labelRows...) {
		r.Values = append(r.Values, rules.Rule{At: v.at, Test: v.test, Source: v.source})
	}
	tables[t] = r
	return struct{}{}
}

// Check returns what Google Cloud would refuse in the inputs of a resource of type
// t. A type without rules has no failures. Unknown values pass; secret values are
// tested and never shown.
func Check(t tokens.Type, in resource.PropertyMap) []Failure {
	r, ok := tables[t]
	if !ok {
		return nil
	}
	return append(r.Check(in), checkLabelCount(inputs(in))...)
}

// text makes a test of strings; other values pass.
func text(why func(value string) string) test {
	return func(s subject) string {
		if !s.Value.IsString() {
			return ""
		}
		if reason := why(s.Value.StringValue()); reason != "" {
			return "invalid value for " + s.Name + " (" + reason + "), got " + s.Show()
		}
		return ""
	}
}

// optional passes the empty string, which the provider takes for nothing.
func optional(t test) test {
	return func(s subject) string {
		if s.Value.IsString() && s.Value.StringValue() == "" {
			return ""
		}
		return t(s)
	}
}
