package provider

import (
	"reflect"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Arguments are those of a data source.
type Arguments struct {
	schema *Schema
	kind   *Kind
}

// NewArguments describes arguments by their SDK type. service and noun name the
// data source in messages, as "IAM" and "policy document".
func NewArguments(service, noun string, t reflect.Type) *Arguments {
	return &Arguments{newSchema(t, nil, nil), &Kind{Service: service, Noun: noun}}
}

// Check reports unknown, missing and mistyped arguments.
func (a *Arguments) Check(in resource.PropertyMap) []plugin.CheckFailure {
	c := &Check{Kind: a.kind}
	c.checkObject(a.schema, in, "")
	c.checkPresence(a.schema, in, "")
	return c.failures
}
