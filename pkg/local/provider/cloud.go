package provider

import (
	"maps"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Cloud describes one cloud. NewCloud completes it.
type Cloud struct {
	// Name is the Pulumi package, such as "aws".
	Name string
	// Version is the version of the SDK whose types the cloud accepts.
	Version string
	// Real says what the cloud target uses instead, such as "a real account".
	Real string
	// Kinds are the resource types.
	Kinds []*Kind
	// Facts are the schemas of the real provider as JSON: a map of Terraform's type
	// names to their attributes.
	Facts []byte
	// Rules are what the cloud's APIs refuse in the inputs of a type.
	Rules func(tokens.Type, resource.PropertyMap) []plugin.CheckFailure
	// Config describes the provider's configuration.
	Config Config
	// Labels says how default labels get into resources.
	Labels Labels
	// Functions are the data sources that are answered.
	Functions map[tokens.ModuleMember]Function
	// FunctionHint adds to the refusal of a data source what to do instead, or "".
	// Default: nothing.
	FunctionHint func(token string) string
	// Words renders the refusal of an operation in the cloud's wording.
	Words func(*ResourceError, *Refusal) string

	kinds map[tokens.Type]*Kind
	facts func() map[string]Attributes
}

// Labels says which properties have labels, or tags as AWS calls them.
type Labels struct {
	// Property has the resource's own, such as "tags".
	Property string
	// All are outputs that have the provider's default labels too, such as "tagsAll".
	All []string
}

// Function answers a data source. The arguments are known and without marks of secrets.
type Function func(*Provider, resource.PropertyMap) (map[string]any, []plugin.CheckFailure)

// NewCloud completes a description.
func NewCloud(c Cloud) *Cloud {
	made := &c
	made.kinds = make(map[tokens.Type]*Kind, len(c.Kinds))
	for _, k := range c.Kinds {
		k.cloud = made
		made.kinds[k.Token] = k
	}
	made.facts = sync.OnceValue(func() map[string]Attributes { return parseFacts(c.Name, c.Facts) })
	return made
}

// Types returns the tokens of the resource types, in order.
func (c *Cloud) Types() []tokens.Type { return slices.Sorted(maps.Keys(c.kinds)) }

// Kind returns the description of a type, or nil.
func (c *Cloud) Kind(t tokens.Type) *Kind { return c.kinds[t] }

// AllFacts are the facts of every type, by Terraform's name. A damaged file is a
// mistake of ours, found by a test, and panics.
func (c *Cloud) AllFacts() map[string]Attributes { return c.facts() }
