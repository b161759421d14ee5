package component

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Child is the option of a component's own resources. Their cloud names are
// fixed, so one that must be replaced makes room for the new one first: the other
// way round the cloud refuses the name, or takes the new one away with the old.
func Child(parent pulumi.Resource) pulumi.ResourceOption {
	return pulumi.Composite(pulumi.Parent(parent), pulumi.DeleteBeforeReplace(true))
}
