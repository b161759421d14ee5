package aws

import (
	"maps"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// kind describes one resource type. The shared parts of this package (check,
// diff, life cycle) do the work; a kind says what is particular to the type.
type kind struct {
	// token is the Pulumi type.
	token tokens.Type
	// facts is Terraform's name of the type in facts/resources.json. Empty when
	// the facts do not have it; then replace and required say what they would.
	facts string
	// args and state are the SDK's types of arguments and of the resource.
	args, state reflect.Type
	// rename maps Terraform names to Pulumi's where the usual rules do not hold.
	// An empty value drops the attribute: Pulumi does not have it.
	rename map[string]string
	// replace and required add to the facts, for properties that they lack.
	replace, required []string
	// conflicts are groups of properties of which at most one may be given, in
	// addition to the facts.
	conflicts [][]string
	// defaults replace those of the facts, where pulumi-aws has its own.
	defaults map[string]any
	// without are properties whose default in the facts is not applied.
	without []string

	// service and noun name the type in messages, as "ECR" and "Repository".
	service, noun string
	// operations are the API operations that create, update and delete.
	operations operations
	// auto says how a name is made when none is given. Default: it must be given.
	auto *autoname
	// documents are properties that hold JSON: objects are accepted and rendered,
	// and equal documents do not differ.
	documents []string
	// upsert says that creating what exists overwrites it, as AWS's Put operations do.
	upsert bool

	// id is the resource's identifier, from its inputs.
	id func(*call) string
	// outputs are what AWS computes.
	outputs []output
	// refuse reports what AWS accepts and the local cloud does not.
	refuse func(*check)
	// verify fails when what the inputs refer to does not exist.
	verify func(*call) error
	// apply does what a resource has beside its document. It must be repeatable.
	apply func(*call) error
	// remove fails when AWS would refuse the deletion, and undoes apply.
	remove func(*call) error
	// exists and missing are AWS's errors for an ID in use and an unknown ID.
	exists, missing func(*call) *apiError
	// children are deleted with the resource, as AWS does.
	children []child
}

// operations are names of API operations, such as "CreateRepository".
type operations struct{ create, update, delete string }

// output is a computed property.
type output struct {
	name string
	// value computes it. Reading an unknown input makes it unknown in a preview.
	value func(*call) any
	// once keeps the first value through updates, and is unknown in a preview.
	once bool
	// fresh is computed again by every change, and is unknown in a preview.
	fresh bool
}

// child is a type of which documents go away with their parent.
type child struct {
	token tokens.Type
	// prefix begins the children's IDs. Default: the child's ID is the parent's.
	prefix func(parent *call) string
}

// kinds are all types of the local AWS.
var kinds = func() map[tokens.Type]*kind {
	m := map[tokens.Type]*kind{}
	for _, k := range slices.Concat(ecrKinds, iamKinds, lambdaKinds, logKinds, eventKinds, stateMachineKinds,
		bucketKinds, networkKinds, messagingKinds) {
		m[k.token] = k
	}
	return m
}()

// Types returns the tokens of the resource types that the local AWS has, in order.
func Types() []tokens.Type { return slices.Sorted(maps.Keys(kinds)) }

// typeOf is the SDK struct below an argument or resource type.
func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// argsOf is the plain struct of SDK arguments such as ecr.RepositoryArgs.
func argsOf[T interface{ ElementType() reflect.Type }]() reflect.Type {
	var zero T
	return zero.ElementType()
}
