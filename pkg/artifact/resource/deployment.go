package resource

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is the resource's type token.
const Type = "dorc:artifact:Deployment"

// Deployment is the compiled DAG of one pipeline in the bucket of a Composer
// environment: its folder there is exactly what was compiled. State has hashes of it
// and no text.
type Deployment struct {
	pulumi.CustomResourceState
	// ArtifactID is the artifact that the folder is of; "" when a refresh found that it
	// is of none any more.
	ArtifactID pulumi.StringOutput `pulumi:"artifactId"`
	// DAGPath is the folder, as gs://<bucket>/<prefix><pipeline>.
	DAGPath pulumi.StringOutput `pulumi:"dagPath"`
	// FilesHash is the hash of the files as they are deployed, with the images of dbt.
	FilesHash pulumi.StringOutput `pulumi:"filesHash"`
}

// Args are the arguments of a Deployment.
type Args struct {
	// Environment is the one that the DAG is for. Required. Example: "prod".
	Environment pulumi.StringInput
	// ServiceProject is the name under which the config repo's DAGs stand. Required.
	ServiceProject pulumi.StringInput
	// Pipeline is <layer>/<name>. Required. Example: "raw/orders".
	Pipeline pulumi.StringInput
	// DAGBucket is the bucket of the environment's Composer, and Prefix what the names
	// of the service project's objects begin with. Both are required.
	// Example: "europe-west2-example-1a2b3c4d-bucket", "dags/dop_example/".
	DAGBucket pulumi.StringInput
	Prefix    pulumi.StringInput
	// ArtifactBucket is where artifacts are kept. Required.
	ArtifactBucket pulumi.StringInput
	// Line is the line of Airflow that the environment has. Required. Example: "2.10".
	Line pulumi.StringInput
	// ContentHash is the hash of what is compiled, with dbt's images left open. A plan
	// shows a change exactly when it, or one of these images, changes. Required.
	ContentHash pulumi.StringInput
	// DbtImages are images by dbt project, each named by its digest. Default: none.
	DbtImages pulumi.StringMapInput
}

type deploymentArgs struct {
	Environment    string            `pulumi:"environment"`
	ServiceProject string            `pulumi:"serviceProject"`
	Pipeline       string            `pulumi:"pipeline"`
	DAGBucket      string            `pulumi:"dagBucket"`
	Prefix         string            `pulumi:"prefix"`
	ArtifactBucket string            `pulumi:"artifactBucket"`
	Line           string            `pulumi:"line"`
	ContentHash    string            `pulumi:"contentHash"`
	DbtImages      map[string]string `pulumi:"dbtImages"`
}

// ElementType implements pulumi.Input.
func (Args) ElementType() reflect.Type { return reflect.TypeFor[deploymentArgs]() }

// NewDeployment registers a deployment.
func NewDeployment(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Deployment, error) {
	var deployment Deployment
	if err := ctx.RegisterResource(Type, name, args, &deployment, opts...); err != nil {
		return nil, err
	}
	return &deployment, nil
}
