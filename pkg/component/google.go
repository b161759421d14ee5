package component

import (
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/projects"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// APIs are those that a stack enables in a Google project, by their names. Nil
// has none: someone else enables them.
type APIs map[string]*projects.Service

// EnableAPIs enables APIs in a Google project. They stay enabled when the stack is
// destroyed: other things in the project may use them.
func EnableAPIs(ctx *pulumi.Context, project pulumi.StringInput, names []string, opts ...pulumi.ResourceOption) (APIs, error) {
	enabled := APIs{}
	for _, name := range names {
		service, err := projects.NewService(ctx, "api-"+strings.TrimSuffix(name, ".googleapis.com"), &projects.ServiceArgs{
			Project:          project.ToStringOutput(),
			Service:          pulumi.String(name),
			DisableOnDestroy: pulumi.Bool(false),
		}, opts...)
		if err != nil {
			return nil, err
		}
		enabled[name] = service
	}
	return enabled, nil
}

// Needs makes a resource wait until the APIs are enabled, as far as this stack
// enables them.
func (a APIs) Needs(names ...string) pulumi.ResourceOption {
	var services []pulumi.Resource
	for _, name := range names {
		if service, ok := a[name+".googleapis.com"]; ok {
			services = append(services, service)
		}
	}
	return pulumi.DependsOn(services)
}

// PrivateBucket are the arguments of every bucket on Google Cloud: access by IAM
// alone, and none for the public. The location is in capitals, as the API gives
// it back; otherwise each plan would show a change.
func PrivateBucket(name, region string, project pulumi.StringInput) *storage.BucketArgs {
	return &storage.BucketArgs{
		Name:                     pulumi.String(name),
		Project:                  project.ToStringOutput(),
		Location:                 pulumi.String(strings.ToUpper(region)),
		UniformBucketLevelAccess: pulumi.Bool(true),
		PublicAccessPrevention:   pulumi.String("enforced"),
	}
}
