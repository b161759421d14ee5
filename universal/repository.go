package universal

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// Repository is the image repository of one function, shared by every environment.
type Repository struct {
	// FunctionID is naming.FunctionID of the function.
	FunctionID string
	// Resource is the ECR repository.
	Resource *ecr.Repository
}

// newRepository creates the repository and its lifecycle policy. Tags cannot
// move, images are scanned when they are pushed and encrypted with the account's
// own KMS key for ECR. Destroying it deletes its images too: they can be built
// again from the config repo.
func newRepository(
	ctx *pulumi.Context, project string, f *configrepo.Function, opts ...pulumi.ResourceOption,
) (*Repository, error) {
	name, err := naming.Names{Project: project}.Repository(f.Layer, f.Pipeline, f.Name)
	if err != nil {
		return nil, err
	}
	r := &Repository{FunctionID: naming.FunctionID(f.Layer, f.Pipeline, f.Name)}
	r.Resource, err = ecr.NewRepository(ctx, r.FunctionID, &ecr.RepositoryArgs{
		Name:               pulumi.String(name),
		ImageTagMutability: pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: &ecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{
			&ecr.RepositoryEncryptionConfigurationArgs{EncryptionType: pulumi.String("KMS")},
		},
		ForceDelete: pulumi.Bool(true),
	}, opts...)
	if err != nil {
		return nil, err
	}
	_, err = ecr.NewLifecyclePolicy(ctx, r.FunctionID, &ecr.LifecyclePolicyArgs{
		Repository: r.Resource.Name,
		Policy:     pulumi.String(lifecyclePolicy),
	}, opts...)
	return r, err
}

// export exports the repository under the keys that dorc in Python used.
func (r *Repository) export(outputs pulumi.Map) {
	for suffix, value := range map[string]pulumi.StringOutput{
		"-arn": r.Resource.Arn,
		"-id":  r.Resource.RegistryId,
		"-url": r.Resource.RepositoryUrl,
	} {
		outputs["ecr-repository-"+r.FunctionID+suffix] = value
	}
}
