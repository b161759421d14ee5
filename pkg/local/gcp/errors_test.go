package gcp

import (
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

var with = providertest.With

// What Google refuses when a resource is made, with Google's own reason.
func TestCreateErrors(t *testing.T) {
	f := world(t)
	f.Make(workflowType, "w", object{"name": "w", "sourceContents": definition})
	f.Make(jobType, "j", object{"name": "j", "schedule": "* * * * *", "httpTarget": object{"uri": "https://example.com"}})
	f.Make(firewallType, "fw", object{"name": "fw", "network": "vpc", "sourceRanges": []any{"10.0.0.0/8"}, "allows": []any{object{"protocol": "tcp"}}})
	f.Make(projectType, "p", object{"projectId": "example-data"})
	f.Make(bucketType, "theirs", object{"name": "theirs", "location": "EU", "project": "other-project"})
	f.Make(natType, "nat", object{"name": "nat", "router": "router", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"})
	require.NoError(t, f.Store.Create(&cloud.Document{Type: s3BucketType, ID: "an-s3-bucket"}))

	const nobody = "nobody@local-project.iam.gserviceaccount.com"
	job := object{"name": "k", "schedule": "* * * * *", "httpTarget": object{
		"uri": "https://example.com", "oauthToken": object{"serviceAccountEmail": nobody},
	}}
	nat := object{"name": "n2", "router": "router", "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS", "subnetworks": []any{
		object{"name": "subnet", "sourceIpRangesToNats": []any{"ALL_IP_RANGES"}},
	}}
	for name, tt := range map[string]struct {
		typ        tokens.Type
		in         object
		code, part string
	}{
		"project twice":     {projectType, object{"projectId": "example-data"}, "alreadyExists", "Error 409"},
		"account twice":     {accountType, object{"accountId": "runner"}, "alreadyExists", "creating IAM Service Account (" + runnerID + "): googleapi: Error 409: Service account runner already exists within project projects/local-project., alreadyExists"},
		"grant on no one":   {accountMemberType, object{"serviceAccountId": accountName("local-project", nobody), "role": "roles/iam.serviceAccountUser", "member": asMember}, "notFound", "Unknown service account"},
		"grant to no one":   {accountMemberType, object{"serviceAccountId": runnerID, "role": "roles/iam.serviceAccountUser", "member": "serviceAccount:" + nobody}, "badRequest", "Service account " + nobody + " does not exist."},
		"project grant":     {projectMemberType, object{"project": "local-project", "role": "roles/viewer", "member": "serviceAccount:" + nobody}, "badRequest", "Error 400"},
		"bucket twice":      {bucketType, object{"name": "data", "location": "EU"}, "conflict", "you already own it"},
		"bucket of another": {bucketType, object{"name": "theirs", "location": "EU"}, "conflict", "shared by all users"},
		"S3 bucket":         {bucketType, object{"name": "an-s3-bucket", "location": "EU"}, "conflict", "An S3 bucket"},
		"grant on no bucket": {bucketMemberType, object{"bucket": "none", "role": "roles/storage.objectViewer", "member": asMember}, "notFound",
			"Error 404: The specified bucket does not exist."},
		"bucket grant":     {bucketMemberType, object{"bucket": "data", "role": "roles/storage.objectViewer", "member": "serviceAccount:" + nobody}, "badRequest", nobody},
		"object nowhere":   {objectType, object{"bucket": "none", "name": "n", "content": "c"}, "notFound", "bucket"},
		"repository twice": {repositoryType, object{"repositoryId": "images", "format": "DOCKER"}, "alreadyExists", "the repository already exists"},
		"grant on no repository": {repositoryMemberType, object{"repository": "none", "role": "roles/artifactregistry.reader", "member": asMember}, "notFound",
			"Requested entity was not found."},
		"workflow twice":   {workflowType, object{"name": "w", "sourceContents": definition}, "alreadyExists", inProject + "/locations/europe-west2/workflows/w"},
		"workflow account": {workflowType, object{"name": "x", "sourceContents": definition, "serviceAccount": nobody}, "badRequest", "is invalid, please verify"},
		"job twice":        {jobType, with(job, object{"name": "j", "httpTarget": object{"uri": "https://example.com"}}), "alreadyExists", "Job " + inProject + "/locations/europe-west2/jobs/j already exists."},
		"job account":      {jobType, job, "forbidden", "iam.serviceAccounts.actAs"},
		"secret twice":     {secretType, object{"secretId": "orders", "replication": object{"auto": object{}}}, "alreadyExists", "Secret [projects/" + number("local-project") + "/secrets/orders] already exists."},
		"version of none":  {secretVersionType, object{"secret": inProject + "/secrets/none", "secretData": "x"}, "notFound", "secrets/none] not found."},
		"grant on no secret": {secretMemberType, object{"secretId": "none", "role": "roles/secretmanager.secretAccessor", "member": asMember}, "notFound",
			"secrets/none] not found."},
		"network twice":       {networkType, object{"name": "vpc"}, "alreadyExists", "The resource 'projects/local-project/global/networks/vpc' already exists"},
		"subnet of none":      {subnetworkType, object{"name": "s", "network": "none", "ipCidrRange": "10.9.0.0/24"}, "notFound", "The resource 'projects/local-project/global/networks/none' was not found"},
		"subnet that clashes": {subnetworkType, object{"name": "s", "network": "vpc", "ipCidrRange": "10.0.0.0/16"}, "badRequest", "conflicts with existing subnetwork 'subnet' in region 'europe-west2'"},
		"router of none":      {routerType, object{"name": "r2", "network": "none"}, "notFound", "networks/none"},
		"NAT of no router":    {natType, with(nat, object{"router": "none"}), "notFound", "projects/local-project/regions/europe-west2/routers/none"},
		"NAT without address": {natType, with(nat, object{"natIpAllocateOption": "MANUAL_ONLY", "natIps": []any{"none"}}), "notFound", "addresses/none"},
		"NAT of no subnet": {natType, with(nat, object{"subnetworks": []any{object{"name": "none", "sourceIpRangesToNats": []any{"ALL_IP_RANGES"}}}}),
			"notFound", "subnetworks/none"},
		"second NAT for all":   {natType, object{"name": "n3", "router": "router", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES"}, "invalid", "already: nat"},
		"address in no subnet": {addressType, object{"name": "a", "addressType": "INTERNAL", "subnetwork": "none"}, "notFound", "subnetworks/none"},
		"firewall of none":     {firewallType, object{"name": "fw2", "network": "none", "sourceRanges": []any{"10.0.0.0/8"}, "allows": []any{object{"protocol": "tcp"}}}, "notFound", "networks/none"},
		"dataset twice":        {datasetType, object{"datasetId": "sales"}, "duplicate", "Already Exists: Dataset local-project:sales"},
		"grant on no dataset":  {datasetMemberType, object{"datasetId": "none", "role": "roles/bigquery.dataViewer", "member": asMember}, "notFound", "Not found: Dataset local-project:none"},
		"firewall twice":       {firewallType, object{"name": "fw", "network": "vpc", "sourceRanges": []any{"10.0.0.0/8"}, "allows": []any{object{"protocol": "tcp"}}}, "alreadyExists", "firewalls/fw"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.TryMake(tt.typ, "again", tt.in)
			providertest.AssertCode(t, tt.code, err)
			assert.ErrorContains(t, err, tt.part)
		})
	}
}

// Every API must be enabled in the project, and stays so when its resource says it.
func TestDisabledAPIs(t *testing.T) {
	f := newFixture(t)
	for name, tt := range map[string]struct {
		typ tokens.Type
		in  object
		api api
	}{
		"account":        {accountType, object{"accountId": "runner"}, iamAPI},
		"account grant":  {accountMemberType, object{"serviceAccountId": runnerID, "role": "roles/x", "member": "allUsers"}, iamAPI},
		"project grant":  {projectMemberType, object{"project": "local-project", "role": "roles/x", "member": "user:a@example.com"}, managerAPI},
		"repository":     {repositoryType, object{"repositoryId": "r", "format": "DOCKER"}, registryAPI},
		"registry grant": {repositoryMemberType, object{"repository": "r", "role": "roles/x", "member": "allUsers"}, registryAPI},
		"workflow":       {workflowType, object{"name": "w", "sourceContents": definition}, workflowsAPI},
		"job":            {jobType, object{"name": "j", "schedule": "* * * * *", "httpTarget": object{"uri": "https://example.com"}}, schedulerAPI},
		"secret":         {secretType, object{"secretId": "s", "replication": object{"auto": object{}}}, secretAPI},
		"version":        {secretVersionType, object{"secret": "s", "secretData": "x"}, secretAPI},
		"secret grant":   {secretMemberType, object{"secretId": "s", "role": "roles/x", "member": "allUsers"}, secretAPI},
		"network":        {networkType, object{"name": "n"}, computeAPI},
		"environment":    {environmentType, environment, composerAPI},
		"router":         {routerType, object{"name": "n", "network": "n"}, computeAPI},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.TryMake(tt.typ, "x", tt.in)
			providertest.AssertCode(t, "SERVICE_DISABLED", err)
			assert.ErrorContains(t, err, "Error 403: "+tt.api.title+" has not been used in project "+number("local-project")+" before or it is disabled")
			assert.ErrorContains(t, err, tt.api.name)
		})
	}
	service := f.Make(serviceType, "s", object{"service": iamAPI.name, "disableOnDestroy": false})
	f.Make(accountType, "a", object{"accountId": "first-account"})
	require.NoError(t, f.Remove(service))
	f.Make(accountType, "b", object{"accountId": "second-account"})
	service = f.Make(serviceType, "s", object{"service": iamAPI.name})
	require.NoError(t, f.Remove(service))
	_, err := f.TryMake(accountType, "c", object{"accountId": "third-account"})
	providertest.AssertCode(t, "SERVICE_DISABLED", err)
}

// What Google refuses to delete.
func TestDeleteErrors(t *testing.T) {
	f := world(t)
	for name, m := range map[string]providertest.Made{
		"network with a subnet": {Type: networkType, Name: "vpc", ID: inProject + "/global/networks/vpc"},
	} {
		providertest.AssertCode(t, "resourceInUseByAnotherResource", f.Remove(m))
		assert.ErrorContains(t, f.Remove(m), "is already being used by", name)
	}
	f.Make(natType, "nat", object{
		"name": "nat", "router": "router", "natIpAllocateOption": "MANUAL_ONLY", "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
		"natIps": []any{computeURL + inProject + "/regions/europe-west2/addresses/out"},
	})
	address := providertest.Made{Type: addressType, Name: "out", ID: inProject + "/regions/europe-west2/addresses/out"}
	providertest.AssertCode(t, "resourceInUseByAnotherResource", f.Remove(address))
	f.Make(addressType, "in", object{"name": "in", "addressType": "INTERNAL", "subnetwork": "subnet"})
	subnet := providertest.Made{Type: subnetworkType, Name: "subnet", ID: inProject + "/regions/europe-west2/subnetworks/subnet"}
	providertest.AssertCode(t, "resourceInUseByAnotherResource", f.Remove(subnet))
	router := providertest.Made{Type: routerType, Name: "router", ID: inProject + "/regions/europe-west2/routers/router"}
	require.NoError(t, f.Remove(router))
	assert.Empty(t, f.Look(natType, "local-project/europe-west2/router/nat").ID, "a NAT goes with its router")
	require.NoError(t, f.Remove(address))

	kept := f.Make(projectType, "kept", object{"projectId": "kept-project", "deletionPolicy": "PREVENT"})
	assert.ErrorContains(t, f.Remove(kept), "deletion_policy is set to PREVENT")
	_, err := f.TryChange(providertest.Made{Type: routerType, Name: "r", ID: "x"}, object{"name": "router", "network": "vpc"})
	providertest.AssertCode(t, "notFound", err)
}

// What goes away with its parent.
func TestChildren(t *testing.T) {
	f := world(t)
	version := f.Make(secretVersionType, "v", object{"secret": inProject + "/secrets/orders", "secretData": "x"})
	grant := f.Make(secretMemberType, "m", object{"secretId": "orders", "role": "roles/x", "member": asMember})
	require.NoError(t, f.Remove(providertest.Made{Type: secretType, ID: inProject + "/secrets/orders"}))
	for _, m := range []providertest.Made{version, grant} {
		assert.Empty(t, f.Look(m.Type, m.ID).ID, "%s", m.Type)
	}
}

func TestUnknownType(t *testing.T) {
	f := newFixture(t)
	_, err := f.Check(t.Context(), plugin.CheckRequest{Type: "gcp:storage/buckets:Buckets", URN: providertest.URN("gcp:storage/buckets:Buckets", "x")})
	require.ErrorContains(t, err, "did you mean gcp:storage/bucket:Bucket?")
	_, err = f.Create(t.Context(), plugin.CreateRequest{Type: "gcp:pubsub/topic:Topic"})
	assert.ErrorContains(t, err, "Set DORC_TARGET=cloud to use a real project")
}
