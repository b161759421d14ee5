package googlerules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type object = map[string]any

func check(typ tokens.Type, in object) []Failure {
	return Check(typ, resource.NewPropertyMapFromMap(in))
}

const (
	bucketType   = "gcp:storage/bucket:Bucket"
	objectType   = "gcp:storage/bucketObject:BucketObject"
	accountType  = "gcp:serviceaccount/account:Account"
	actAsType    = "gcp:serviceaccount/iAMMember:IAMMember"
	grantType    = "gcp:projects/iAMMember:IAMMember"
	serviceType  = "gcp:projects/service:Service"
	projectType  = "gcp:organizations/project:Project"
	registryType = "gcp:artifactregistry/repository:Repository"
	workflowType = "gcp:workflows/workflow:Workflow"
	jobType      = "gcp:cloudscheduler/job:Job"
	secretType   = "gcp:secretmanager/secret:Secret"
	versionType  = "gcp:secretmanager/secretVersion:SecretVersion"
	networkType  = "gcp:compute/network:Network"
	subnetType   = "gcp:compute/subnetwork:Subnetwork"
	routerType   = "gcp:compute/router:Router"
	natType      = "gcp:compute/routerNat:RouterNat"
	addressType  = "gcp:compute/address:Address"
	firewallType = "gcp:compute/firewall:Firewall"
	datasetType  = "gcp:bigquery/dataset:Dataset"
)

func with(in object, more object) object {
	out := object{}
	for k, v := range in {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

var (
	job     = object{"schedule": "0 3 * * *"}
	target  = object{"uri": "https://example.com", "httpMethod": "POST"}
	ingress = object{"sourceRanges": []any{"10.0.0.0/8"}, "allows": []any{object{"protocol": "tcp"}}}
)

// What the vectors do not have. The others are held in pkg/local/gcp, where the
// inputs of the vectors can be translated.
func TestRefused(t *testing.T) {
	many, labels := object{}, object{}
	for i := range 65 {
		labels[fmt.Sprintf("k%d", i)] = "v"
		if i < 21 {
			many[fmt.Sprintf("V%d", i)] = "v"
		}
	}
	rule := func(action, condition object) object {
		return object{"lifecycleRules": []any{object{"action": action, "condition": condition}}}
	}
	for name, tt := range map[string]struct {
		typ            tokens.Type
		in             object
		property, want string
	}{
		"label in capitals":      {bucketType, object{"labels": object{"Team": "x"}}, "labels.Team", "lower-case"},
		"label with a space":     {bucketType, object{"labels": object{"team": "a b"}}, "labels.team", "lower-case"},
		"too many labels":        {bucketType, object{"labels": labels}, "labels", "at most 64 labels, got 65"},
		"dataset with a hyphen":  {datasetType, object{"datasetId": "dop-sandbox"}, "datasetId", "letters, digits and underscores"},
		"long dataset":           {datasetType, object{"datasetId": strings.Repeat("d", 1025)}, "datasetId", "(1 - 1024)"},
		"dataset nowhere":        {datasetType, object{"location": "europe-west22"}, "location", "did you mean europe-west2?"},
		"expiry":                 {datasetType, object{"defaultTableExpirationMs": 1.0}, "defaultTableExpirationMs", "one hour"},
		"time travel":            {datasetType, object{"maxTimeTravelHours": "50"}, "maxTimeTravelHours", "whole days"},
		"bucket like an address": {bucketType, object{"name": "192.168.0.1"}, "name", "IP address"},
		"goog":                   {bucketType, object{"name": "goog-data"}, "name", `begin with "goog"`},
		"google":                 {bucketType, object{"name": "my-google-data"}, "name", `"google"`},
		"two dots":               {bucketType, object{"name": "a..bc"}, "name", "each part"},
		"dot and hyphen":         {bucketType, object{"name": "a.-bc"}, "name", "each part"},
		"dot that is no domain":  {bucketType, object{"name": "data.1"}, "name", "a domain"},
		"hyphen last":            {bucketType, object{"name": "data-"}, "name", "begins and ends"},
		"long part":              {bucketType, object{"name": strings.Repeat("a", 64) + ".com"}, "name", "3-63 characters"},
		"long domain":            {bucketType, object{"name": strings.Repeat("aaaaaaaaa.", 23) + "com"}, "name", "up to 222"},
		"location":               {bucketType, object{"location": "EUROPE-WEST22"}, "location", "did you mean europe-west2?"},
		"no location at all":     {bucketType, object{"location": "Mars"}, "location", "such as europe-west2"},
		"class without":          {bucketType, rule(object{"type": "SetStorageClass"}, object{"age": 1.0}), "lifecycleRules[0].action.storageClass", "needs a storageClass"},
		"class with Delete":      {bucketType, rule(object{"type": "Delete", "storageClass": "NEARLINE"}, object{"age": 1.0}), "lifecycleRules[0].action.storageClass", "only the action SetStorageClass"},
		"no condition":           {bucketType, rule(object{"type": "Delete"}, object{}), "lifecycleRules[0].condition", "at least one condition"},
		"date":                   {bucketType, rule(object{"type": "Delete"}, object{"createdBefore": "yesterday"}), "lifecycleRules[0].condition.createdBefore", "2024-12-31"},
		"state":                  {bucketType, rule(object{"type": "Delete"}, object{"withState": "DEAD"}), "lifecycleRules[0].condition.withState", "to be one of"},
		"soft delete":            {bucketType, object{"softDeletePolicy": object{"retentionDurationSeconds": 60.0}}, "softDeletePolicy.retentionDurationSeconds", "604800"},
		"basic role on a bucket": {"gcp:storage/bucketIAMMember:BucketIAMMember", object{"role": "roles/owner"}, "role", "is not supported for this resource"},
		"object's name":          {objectType, object{"name": "a\nb"}, "name", "line feed"},
		"object's length":        {objectType, object{"name": strings.Repeat("é", 513)}, "name", "not 1026"},
		"object named ..":        {objectType, object{"name": ".."}, "name", "cannot be named"},
		"acme":                   {objectType, object{"name": ".well-known/acme-challenge/x"}, "name", "acme-challenge"},
		"description":            {accountType, object{"description": strings.Repeat("d", 257)}, "description", "in the range (0 - 256)"},
		"account's name":         {actAsType, object{"serviceAccountId": "a@b.iam.gserviceaccount.com"}, "serviceAccountId", "projects/<project>/serviceAccounts/<address>"},
		"member's kind":          {grantType, object{"member": "robot:x"}, "member", `"robot" is not a kind`},
		"member without address": {grantType, object{"member": "user:someone"}, "member", "e-mail address"},
		"member of no account":   {grantType, object{"member": "serviceAccount:someone@example.com"}, "member", ".gserviceaccount.com"},
		"member's domain":        {grantType, object{"member": "domain:example"}, "member", "example.com"},
		"everyone in a project":  {grantType, object{"member": "allAuthenticatedUsers"}, "member", "open to everyone"},
		"API":                    {serviceType, object{"service": "dataflow"}, "service", "dataflow.googleapis.com"},
		"project":                {projectType, object{"projectId": "Data"}, "projectId", "6 to 30"},
		"project's name":         {projectType, object{"name": "abc"}, "name", "4 to 30"},
		"billing":                {projectType, object{"billingAccount": "1"}, "billingAccount", "012345-6789AB-CDEF01"},
		"folder":                 {projectType, object{"folderId": "x"}, "folderId", "number"},
		"organization":           {projectType, object{"orgId": "x"}, "orgId", "number"},
		"repository's format":    {registryType, object{"format": "CRAN"}, "format", "DOCKER"},
		"repository's location":  {registryType, object{"location": "eu"}, "location", "not a location of Artifact Registry"},
		"same policy twice":      {registryType, object{"cleanupPolicies": []any{object{"id": "a"}, object{"id": "a"}}}, "cleanupPolicies[1].id", "two policies"},
		"newest are deleted":     {registryType, object{"cleanupPolicies": []any{object{"id": "a", "action": "DELETE", "mostRecentVersions": object{"keepCount": 1.0}}}}, "cleanupPolicies[0].mostRecentVersions", "KEEP"},
		"policy's age":           {registryType, object{"cleanupPolicies": []any{object{"id": "a", "condition": object{"olderThan": "a week"}}}}, "cleanupPolicies[0].condition.olderThan", "86400s"},
		"workflow's ID":          {workflowType, object{"name": "1st"}, "name", "begins with a letter"},
		"workflow's long ID":     {workflowType, object{"name": strings.Repeat("w", 65)}, "name", "1 to 64"},
		"workflow's end":         {workflowType, object{"name": "a-"}, "name", "ends with a letter or digit"},
		"workflow's definition":  {workflowType, object{"sourceContents": "main:\n  steps: 1\n"}, "sourceContents", "line 2"},
		"workflow's size":        {workflowType, object{"sourceContents": "main:\n  steps:\n    - a:\n        return: \"" + strings.Repeat("x", 129<<10) + "\"\n"}, "sourceContents", "is not a workflow"},
		"reserved variable":      {workflowType, object{"userEnvVars": object{"GOOGLE_CLOUD_PROJECT": "x"}}, "userEnvVars.GOOGLE_CLOUD_PROJECT", "reserved"},
		"many variables":         {workflowType, object{"userEnvVars": many}, "userEnvVars", "at most 20"},
		"log level":              {workflowType, object{"callLogLevel": "ALL"}, "callLogLevel", "to be one of"},
		"workflow's account":     {workflowType, object{"serviceAccount": "me@example.com"}, "serviceAccount", ".gserviceaccount.com"},
		"workflow's region":      {workflowType, object{"region": "london"}, "region", "not a region"},
		"job without schedule":   {jobType, object{}, "schedule", "needs a schedule"},
		"job by name":            {jobType, object{"schedule": "@daily"}, "schedule", "not unix-cron"},
		"many policies":          {registryType, object{"cleanupPolicies": make([]any, 11)}, "cleanupPolicies", "at most 10 policies, got 11"},
		"condition and newest": {registryType, object{"cleanupPolicies": []any{object{"id": "a", "action": "KEEP", "condition": object{}, "mostRecentVersions": object{}}}},
			"cleanupPolicies[0].condition", "not both"},
		"job's URI":     {jobType, with(job, object{"httpTarget": with(target, object{"uri": "example.com"})}), "httpTarget.uri", "http:// or https://"},
		"job's body":    {jobType, with(job, object{"httpTarget": with(target, object{"body": "{}"})}), "httpTarget.body", "base64"},
		"body of a GET": {jobType, with(job, object{"httpTarget": with(target, object{"httpMethod": "GET", "body": "e30="})}), "httpTarget.body", "POST, PUT and PATCH"},
		"two tokens": {jobType, with(job, object{"httpTarget": with(target, object{"oauthToken": object{"serviceAccountEmail": "a@b.iam.gserviceaccount.com"},
			"oidcToken": object{"serviceAccountEmail": "a@b.iam.gserviceaccount.com"}})}), "httpTarget.oidcToken", "not both"},
		"deadline without unit":     {jobType, with(job, object{"attemptDeadline": "320"}), "attemptDeadline", "320s"},
		"deadline of App Engine":    {jobType, with(job, object{"attemptDeadline": "90000s", "appEngineHttpTarget": object{"relativeUri": "/"}}), "attemptDeadline", "86415s"},
		"job's zone":                {jobType, with(job, object{"timeZone": "Local"}), "timeZone", "tz database"},
		"topic":                     {jobType, with(job, object{"pubsubTarget": object{"topicName": "t"}}), "pubsubTarget.topicName", "projects/<project>/topics/<name>"},
		"secret's ID":               {secretType, object{"secretId": "a.b"}, "secretId", "1 to 255"},
		"secret's place":            {secretType, object{"replication": object{"userManaged": object{"replicas": []any{object{"location": "eu"}}}}}, "replication.userManaged.replicas[0].location", "not a region"},
		"rotation without topics":   {secretType, object{"rotation": object{"rotationPeriod": "3600s"}}, "rotation", "needs topics"},
		"secret's size":             {versionType, object{"secretData": strings.Repeat("x", 65537)}, "secretData", "at most 65536 bytes"},
		"empty secret":              {versionType, object{"secretData": ""}, "secretData", "cannot be empty"},
		"secret that is no base64":  {versionType, object{"secretData": "?", "isSecretDataBase64": true}, "secretData", "not base64"},
		"network's name":            {networkType, object{"name": "Vpc"}, "name", "lower-case"},
		"subnet's range":            {subnetType, object{"ipCidrRange": "10.0.0.0"}, "ipCidrRange", "10.128.0.0/20"},
		"subnet that is small":      {subnetType, object{"ipCidrRange": "10.0.0.0/30"}, "ipCidrRange", "/4 to /29"},
		"subnet that is loopback":   {subnetType, object{"ipCidrRange": "127.0.0.0/20"}, "ipCidrRange", "127.0.0.0/8"},
		"subnet of version 6":       {subnetType, object{"ipCidrRange": "fd00::/64"}, "ipCidrRange", "IPv4"},
		"subnet that overlaps":      {subnetType, object{"ipCidrRange": "10.0.0.0/20", "secondaryIpRanges": []any{object{"ipCidrRange": "10.0.1.0/24"}}}, "secondaryIpRanges[0].ipCidrRange", "overlaps 10.0.0.0/20"},
		"router's ASN":              {routerType, object{"bgp": object{"asn": 1.0}}, "bgp.asn", "private ASN"},
		"NAT without addresses":     {natType, object{"natIpAllocateOption": "MANUAL_ONLY"}, "natIps", "needs natIps"},
		"NAT with addresses":        {natType, object{"natIpAllocateOption": "AUTO_ONLY", "natIps": []any{"a"}}, "natIps", "excludes"},
		"NAT without subnets":       {natType, object{"sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS"}, "subnetworks", "needs subnetworks"},
		"NAT with subnets":          {natType, object{"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES", "subnetworks": []any{object{"name": "a"}}}, "subnetworks", "LIST_OF_SUBNETWORKS"},
		"address":                   {addressType, object{"address": "10.0.0"}, "address", "IP address"},
		"external with a subnet":    {addressType, object{"subnetwork": "s"}, "addressType", "INTERNAL"},
		"no source":                 {firewallType, object{"allows": []any{object{"protocol": "tcp"}}}, "direction", "must be defined"},
		"source of what leaves":     {firewallType, with(ingress, object{"direction": "EGRESS", "sourceTags": []any{"a"}}), "direction", "no sourceTags"},
		"protocol":                  {firewallType, with(ingress, object{"allows": []any{object{"protocol": "http"}}}), "allows[0].protocol", "tcp, udp"},
		"ports of ICMP":             {firewallType, with(ingress, object{"allows": []any{object{"protocol": "icmp", "ports": []any{"80"}}}}), "allows[0].ports", "tcp, udp and sctp"},
		"ports the wrong way":       {firewallType, with(ingress, object{"allows": []any{object{"protocol": "tcp", "ports": []any{"90-80"}}}}), "allows[0].ports[0]", "a port from 0"},
		"port that is large":        {firewallType, with(ingress, object{"denies": []any{object{"protocol": "tcp", "ports": []any{"70000"}}}}), "denies[0].ports[0]", "65535"},
		"host bits":                 {firewallType, object{"sourceRanges": []any{"10.0.0.1/8"}}, "sourceRanges[0]", `did you mean "10.0.0.0/8"`},
		"range that is none":        {firewallType, object{"sourceRanges": []any{"home"}}, "sourceRanges[0]", "range of addresses"},
		"network tag":               {firewallType, with(ingress, object{"targetTags": []any{"A"}}), "targetTags[0]", "network tag"},
		"account of another's kind": {jobType, with(job, object{"httpTarget": with(target, object{"oauthToken": object{"serviceAccountEmail": "a@example.com"}})}), "httpTarget.oauthToken.serviceAccountEmail", "gserviceaccount"},
	} {
		t.Run(name, func(t *testing.T) {
			var found []Failure
			for _, f := range check(tt.typ, tt.in) {
				if f.Property == tt.property {
					found = append(found, f)
				}
			}
			require.NotEmpty(t, found, "%v", check(tt.typ, tt.in))
			assert.Contains(t, found[0].Reason, tt.want)
			assert.True(t, strings.HasPrefix(found[0].Source, "https://"), "%+v", found[0])
			assert.Contains(t, found[0].String(), found[0].Source)
		})
	}
}

// What is right is let pass.
func TestAccepted(t *testing.T) {
	for i, tt := range []struct {
		typ tokens.Type
		in  object
	}{
		{"gcp:pubsub/topic:Topic", object{"name": "!"}},
		{bucketType, object{"name": "data.example.com", "location": "eur4", "softDeletePolicy": object{"retentionDurationSeconds": 0.0}}},
		{bucketType, object{"name": "a-b_c1", "location": "EUROPE-WEST2", "labels": object{"équipe": "données_1"}}},
		{objectType, object{"name": strings.Repeat("é", 512)}},
		{grantType, object{"member": "user:someone@example.com", "role": "roles/dataflow.worker"}},
		{grantType, object{"member": "serviceAccount:x@example.com:p.iam.gserviceaccount.com", "role": "projects/p/roles/own_role"}},
		{grantType, object{"member": "serviceAccount:p.svc.id.goog[ns/ksa]", "role": "organizations/1/roles/own"}},
		{grantType, object{"member": "principalSet://iam.googleapis.com/x", "role": "roles/viewer"}},
		{projectType, object{"projectId": "example.com:my-project", "name": "It's mine!", "folderId": "folders/12", "billingAccount": "012345-6789AB-CDEF01"}},
		{registryType, object{"format": "docker", "location": "europe", "repositoryId": "a"}},
		{workflowType, object{"name": "A_b-1", "region": "europe-west2", "serviceAccount": "projects/-/serviceAccounts/a@b.iam.gserviceaccount.com"}},
		{jobType, with(job, object{"httpTarget": target, "attemptDeadline": "1800s", "timeZone": "America/Argentina/Buenos_Aires"})},
		{jobType, with(job, object{"pubsubTarget": object{"topicName": "projects/p/topics/t"}, "attemptDeadline": "1s"})},
		{jobType, object{"schedule": "every 5 minutes", "attemptDeadline": "0s", "appEngineHttpTarget": object{"relativeUri": "/"}}},
		{subnetType, object{"ipCidrRange": "10.128.0.0/20", "secondaryIpRanges": []any{object{"rangeName": "pods", "ipCidrRange": "10.64.0.0/16"}}}},
		{routerType, object{"region": "https://www.googleapis.com/compute/v1/projects/p/regions/us-central1", "bgp": object{"asn": 64514.0}}},
		{addressType, object{"addressType": "INTERNAL", "subnetwork": "s", "address": "10.0.0.5"}},
		{firewallType, with(ingress, object{"allows": []any{object{"protocol": "TCP", "ports": []any{"22", "80-90"}}, object{"protocol": "112"}}})},
		{firewallType, object{"direction": "EGRESS", "denies": []any{object{"protocol": "all"}}, "destinationRanges": []any{"0.0.0.0/0", "::/0"}}},
		{versionType, object{"secretData": strings.Repeat("x", 65536)}},
		{datasetType, object{"datasetId": "_a1", "location": "EU", "defaultTableExpirationMs": 0.0, "maxTimeTravelHours": "48"}},
		{datasetType, object{"datasetId": "a", "location": "aws-us-east-1", "storageBillingModel": "PHYSICAL"}},
	} {
		assert.Empty(t, check(tt.typ, tt.in), "%d: %s", i, tt.typ)
	}
}

// A secret is tested, and never shown.
func TestSecretsAreHidden(t *testing.T) {
	secret := resource.MakeSecret(resource.NewStringProperty("main:\n  steps: hunter2\n"))
	found := Check(workflowType, resource.PropertyMap{"sourceContents": secret})
	require.Len(t, found, 1)
	assert.NotContains(t, found[0].String(), "hunter2")
	found = Check(bucketType, resource.PropertyMap{"name": resource.MakeSecret(resource.NewStringProperty("Hunter2"))})
	require.Len(t, found, 1)
	assert.NotContains(t, found[0].String(), "Hunter2")
	assert.Empty(t, Check(bucketType, resource.PropertyMap{"name": resource.MakeComputed(resource.NewStringProperty(""))}))
}

func TestRegions(t *testing.T) {
	assert.True(t, slices.IsSorted(sortedLike(Regions())), "%v", Regions())
	assert.True(t, IsRegion("europe-west2"))
	assert.False(t, IsRegion("EUROPE-WEST2"))
	assert.False(t, IsRegion("# Regions"))
	assert.Contains(t, NearRegion("europe-west22"), "europe-west2")
	assert.Empty(t, NearRegion("mars"))
	for _, r := range Regions() {
		assert.Regexp(t, `^[a-z]+-[a-z]+\d+$`, r)
	}
}

// sortedLike pads numbers, so that europe-west10 comes after europe-west9.
func sortedLike(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		name := strings.TrimRight(s, "0123456789")
		out[i] = fmt.Sprintf("%s%03s", name, strings.TrimPrefix(s, name))
	}
	return out
}

// No definition panics, and a failure always says why.
func FuzzDefinition(f *testing.F) {
	f.Add("main:\n  steps:\n    - done:\n        return: 1\n")
	f.Add("main: [")
	f.Fuzz(func(t *testing.T, source string) {
		for _, failure := range check(workflowType, object{"sourceContents": source}) {
			if failure.Reason == "" || failure.Source == "" {
				t.Errorf("%+v", failure)
			}
		}
	})
}
