package recorded

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/artifactregistry"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/cloudscheduler"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/composer"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/compute"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/organizations"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/projects"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/secretmanager"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/serviceaccount"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/workflows"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// ofGoogle are the types that dorc creates. The forms of their IDs are those of the
// provider's pages on importing, such as
// https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/workflows_workflow.
var ofGoogle = map[tokens.Type]*resourceType{
	"gcp:artifactregistry/repository:Repository": describe[artifactregistry.RepositoryArgs, artifactregistry.Repository](
		"google_artifact_registry_repository").at("projects/{project}/locations/{location}/repositories/{repositoryId}"),
	"gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": describe[artifactregistry.RepositoryIamMemberArgs, artifactregistry.RepositoryIamMember](
		"google_artifact_registry_repository_iam_member").at("projects/{project}/locations/{location}/repositories/{repository}/{role}/{member}"),
	"gcp:cloudscheduler/job:Job": describe[cloudscheduler.JobArgs, cloudscheduler.Job]("google_cloud_scheduler_job").at("projects/{project}/locations/{region}/jobs/{name}"),
	"gcp:composer/environment:Environment": describe[composer.EnvironmentArgs, composer.Environment](
		"google_composer_environment").at("projects/{project}/locations/{region}/environments/{name}"),
	"gcp:compute/address:Address":       describe[compute.AddressArgs, compute.Address]("google_compute_address").at("projects/{project}/regions/{region}/addresses/{name}"),
	"gcp:compute/firewall:Firewall":     describe[compute.FirewallArgs, compute.Firewall]("google_compute_firewall").at("projects/{project}/global/firewalls/{name}"),
	"gcp:compute/network:Network":       describe[compute.NetworkArgs, compute.Network]("google_compute_network").at("projects/{project}/global/networks/{name}"),
	"gcp:compute/router:Router":         describe[compute.RouterArgs, compute.Router]("google_compute_router").at("projects/{project}/regions/{region}/routers/{name}"),
	"gcp:compute/routerNat:RouterNat":   describe[compute.RouterNatArgs, compute.RouterNat]("google_compute_router_nat").at("{project}/{region}/{router}/{name}"),
	"gcp:compute/subnetwork:Subnetwork": describe[compute.SubnetworkArgs, compute.Subnetwork]("google_compute_subnetwork").at("projects/{project}/regions/{region}/subnetworks/{name}"),
	"gcp:organizations/project:Project": describe[organizations.ProjectArgs, organizations.Project]("google_project").at("projects/{projectId}"),
	"gcp:projects/iAMMember:IAMMember":  describe[projects.IAMMemberArgs, projects.IAMMember]("google_project_iam_member").at("{project}/{role}/{member}"),
	"gcp:projects/service:Service":      describe[projects.ServiceArgs, projects.Service]("google_project_service").at("{project}/{service}"),
	"gcp:secretmanager/secret:Secret":   describe[secretmanager.SecretArgs, secretmanager.Secret]("google_secret_manager_secret").at("projects/{project}/secrets/{secretId}"),
	"gcp:secretmanager/secretIamMember:SecretIamMember": describe[secretmanager.SecretIamMemberArgs, secretmanager.SecretIamMember](
		"google_secret_manager_secret_iam_member").at("projects/{project}/secrets/{secretId}/{role}/{member}"),
	"gcp:serviceaccount/account:Account": describe[serviceaccount.AccountArgs, serviceaccount.Account]("google_service_account").at("projects/{project}/serviceAccounts/{email}"),
	"gcp:serviceaccount/iAMMember:IAMMember": describe[serviceaccount.IAMMemberArgs, serviceaccount.IAMMember](
		"google_service_account_iam_member").at("{serviceAccountId}/{role}/{member}"),
	"gcp:storage/bucket:Bucket": describe[storage.BucketArgs, storage.Bucket]("google_storage_bucket", "name"),
	"gcp:storage/bucketIAMMember:BucketIAMMember": describe[storage.BucketIAMMemberArgs, storage.BucketIAMMember](
		"google_storage_bucket_iam_member").at("b/{bucket}/{role}/{member}"),
	"gcp:storage/bucketObject:BucketObject": describe[storage.BucketObjectArgs, storage.BucketObject]("google_storage_bucket_object").at("{bucket}/{name}"),
	"gcp:workflows/workflow:Workflow":       describe[workflows.WorkflowArgs, workflows.Workflow]("google_workflows_workflow").at("projects/{project}/locations/{region}/workflows/{name}"),
}
