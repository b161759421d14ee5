package provider

import (
	"reflect"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Kind describes one resource type. The shared parts of this package (check, diff,
// life cycle) do the work; a kind says what is particular to the type.
type Kind struct {
	// Token is the Pulumi type.
	Token tokens.Type
	// Facts is Terraform's name of the type in the cloud's facts. Empty when they do
	// not have it; then Replace and Required say what they would.
	Facts string
	// Args and State are the SDK's types of arguments and of the resource.
	Args, State reflect.Type
	// Rename maps Terraform names to Pulumi's where the usual rules do not hold.
	// An empty value drops the attribute: Pulumi does not have it.
	Rename map[string]string
	// Replace and Required add to the facts, for properties that they lack.
	Replace, Required []string
	// Conflicts are groups of properties of which at most one may be given, in
	// addition to the facts.
	Conflicts [][]string
	// Defaults replace those of the facts, where Pulumi has its own.
	Defaults map[string]any
	// Without are properties whose default in the facts is not applied.
	Without []string

	// Service and Noun name the type in messages, as "ECR" and "Repository".
	Service, Noun string
	// Operations are the API operations that create, update and delete.
	Operations Operations
	// Auto says how a name is made when none is given. Default: it must be given.
	Auto *Autoname
	// Documents are properties that hold JSON: objects are accepted and rendered,
	// and equal documents do not differ.
	Documents []string
	// Same reports whether two texts of a property mean the same, such as a name and
	// the address of what it names. A nested property is a path, as "config.network".
	// Default: when they are equal.
	Same func(property, old, new string) bool
	// ReplaceIf reports whether a change of a text replaces the resource, where that
	// depends on the values. The call has the new inputs; a nested property is a path.
	// It adds to the facts and Replace.
	ReplaceIf func(c *Call, property, old, new string) bool
	// Upsert says that creating what exists overwrites it, as AWS's Put operations do.
	Upsert bool

	// ID is the resource's identifier, from its inputs.
	ID func(*Call) string
	// Counts says that ID counts up: when it is taken meanwhile, the next is used.
	Counts bool
	// Canonical turns the forms of an ID that an import takes into the one of ID.
	// Default: there is one form.
	Canonical func(p *Provider, id string) string
	// Outputs are what the cloud computes.
	Outputs []Output
	// Refuse reports what the cloud accepts and the local cloud does not.
	Refuse func(*Check)
	// Verify fails when what the inputs refer to does not exist.
	Verify func(*Call) error
	// Apply does what a resource has beside its document. It must be repeatable.
	Apply func(*Call) error
	// Remove fails when the cloud would refuse the deletion, and undoes Apply.
	Remove func(*Call) error
	// Exists and Missing are the cloud's errors for an ID in use and an unknown ID.
	Exists, Missing func(*Call) *Refusal
	// Children are deleted with the resource, as the cloud does.
	Children []Child

	cloud  *Cloud
	once   sync.Once
	cached *Schema
}

// Operations are names of API operations, such as "CreateRepository".
type Operations struct{ Create, Update, Delete string }

// Output is a computed property.
type Output struct {
	Name string
	// Value computes it. Reading an unknown input makes it unknown in a preview.
	Value func(*Call) any
	// Once keeps the first value through updates, and is unknown in a preview.
	Once bool
	// Fresh is computed again by every change, and is unknown in a preview.
	Fresh bool
	// Over says that the value stands in the outputs instead of the input of the name:
	// the form in which the cloud returns it. Kind.Same must know both forms.
	Over bool
	// Scoped says that the value is the provider's where the inputs have none, such as
	// its region: when that changes, the resource is replaced.
	Scoped bool
}

// Child is a type of which documents go away with their parent.
type Child struct {
	Token tokens.Type
	// Prefix begins the children's IDs. Default: the child's ID is the parent's.
	Prefix func(parent *Call) string
}

// TypeOf is the SDK struct below an argument or resource type.
func TypeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// ArgsOf is the plain struct of SDK arguments such as ecr.RepositoryArgs.
func ArgsOf[T interface{ ElementType() reflect.Type }]() reflect.Type {
	var zero T
	return zero.ElementType()
}
