package google

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Errors as the plugin gives them: texts of googleapi.Error with what the provider
// writes around them.
func TestExplain(t *testing.T) {
	met := map[string]bool{}
	for name, test := range map[string]struct{ text, summary, detail, hint string }{
		"an API that is off": {
			"1 error occurred:\n\t* Error creating Job: googleapi: Error 403: Cloud Scheduler API has not been used in project 123456789012 before or it is disabled. " +
				"Enable it by visiting https://console.developers.google.com/apis/api/cloudscheduler.googleapis.com/overview?project=123456789012 then retry.\nDetails:\n[\n  {\n" +
				"    \"@type\": \"type.googleapis.com/google.rpc.Help\",\n    \"links\": []\n  },\n  {\n    \"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\",\n" +
				"    \"domain\": \"googleapis.com\",\n    \"metadata\": {\n      \"consumer\": \"projects/123456789012\",\n      \"service\": \"cloudscheduler.googleapis.com\"\n    },\n" +
				"    \"reason\": \"SERVICE_DISABLED\"\n  }\n]\n\n",
			"an API is not enabled", "Cloud Scheduler API has not been used in project 123456789012",
			"enable it: gcloud services enable cloudscheduler.googleapis.com --project=123456789012; `dorc apply universal` enables what dorc needs",
		},
		"an API that is off, in the older form": {
			"Error creating Network: googleapi: Error 403: Compute Engine API has not been used in project my-project before or it is disabled. Enable it by visiting " +
				"https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=my-project then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry., accessNotConfigured",
			"an API is not enabled", "Compute Engine API has not been used", "gcloud services enable compute.googleapis.com --project=my-project",
		},
		"a permission of IAM": {
			"Error creating service account: googleapi: Error 403: Permission 'iam.serviceAccounts.create' denied on resource (or it may not exist).\nDetails:\n[\n  {\n" +
				"    \"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\",\n    \"domain\": \"iam.googleapis.com\",\n    \"metadata\": {\n      \"permission\": \"iam.serviceAccounts.create\"\n    },\n" +
				"    \"reason\": \"IAM_PERMISSION_DENIED\"\n  }\n]\n, forbidden",
			"a permission is missing", "Permission 'iam.serviceAccounts.create' denied", "grant roles/iam.serviceAccountAdmin, which has iam.serviceAccounts.create",
		},
		"a permission of storage": {
			"googleapi: Error 403: ada@example.com does not have storage.buckets.create access to the Google Cloud project. Permission 'storage.buckets.create' denied on resource (or it may not exist)., forbidden",
			"a permission is missing", "ada@example.com does not have storage.buckets.create access", "grant roles/storage.admin, which has storage.buckets.create",
		},
		"a permission of compute": {
			"Error creating Firewall: googleapi: Error 403: Required 'compute.firewalls.create' permission for 'projects/p/global/firewalls/f', forbidden",
			"a permission is missing", "Required 'compute.firewalls.create'", "grant roles/compute.securityAdmin, which has compute.firewalls.create",
		},
		"a permission that dorc does not know": {
			"googleapi: Error 403: Permission 'spanner.instances.create' denied on resource 'projects/p'., forbidden",
			"a permission is missing", "", "grant a role that has spanner.instances.create",
		},
		"no permission is named": {
			"googleapi: Error 403: The caller does not have permission, forbidden",
			"a permission is missing", "The caller does not have permission", "docs/google.md",
		},
		"acting as an account": {
			"Error creating Workflow: googleapi: Error 403: Permission 'iam.serviceAccounts.actAs' denied on service account workflows@p.iam.gserviceaccount.com (or it may not exist).",
			"the credentials may not act as a service account", "workflows@p.iam.gserviceaccount.com", "grant roles/iam.serviceAccountUser on that service account",
		},
		"a bucket's name is taken": {
			"googleapi: Error 409: The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again., conflict",
			"the bucket's name is taken", "The requested bucket name is not available.", "choose another with bucket_name",
		},
		"a bucket of one's own": {
			"googleapi: Error 409: Your previous request to create the named bucket succeeded and you already own it., conflict",
			"the bucket's name is taken", "", "dorc import",
		},
		"something exists": {
			"Error creating Repository: googleapi: Error 409: the repository already exists", "it exists already", "the repository already exists", "dorc import",
		},
		"a quota": {
			"Error waiting to create Network: Error waiting for Creating Network: googleapi: Error 403: Quota 'NETWORKS' exceeded.  Limit: 5.0 globally., quotaExceeded",
			"a quota is used up", "Quota 'NETWORKS' exceeded.", "https://console.cloud.google.com/iam-admin/quotas",
		},
		"too many requests a minute": {
			"googleapi: Error 429: Quota exceeded for quota metric 'Mutate requests' and limit 'Mutate requests per minute' of service 'serviceusage.googleapis.com' for consumer 'project_number:1'.\nDetails:\n[\n  {\n" +
				"    \"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\",\n    \"reason\": \"RATE_LIMIT_EXCEEDED\"\n  }\n]\n, rateLimitExceeded",
			"a quota is used up", "Mutate requests per minute", "run the command again, with a lower --parallel",
		},
		"too many": {"googleapi: Error 429: Too many requests", "too many requests in a short time", "", "--parallel"},
		"an account that is too new": {
			"Error setting IAM policy: googleapi: Error 400: Service account worker@p.iam.gserviceaccount.com does not exist., badRequest",
			"a service account is not known everywhere yet", "worker@p.iam.gserviceaccount.com", "run the command again",
		},
		"no image repository": {
			"googleapi: Error 404: Repository \"projects/p/locations/europe-west2/repositories/shop\" not found", "the Artifact Registry repository does not exist", "", "dorc apply universal",
		},
		"a push without a repository": {
			"PUT https://europe-west2-docker.pkg.dev/v2/p/shop/x/manifests/y: NAME_UNKNOWN: Repository \"shop\" not found", "the Artifact Registry repository does not exist", "NAME_UNKNOWN", "dorc apply universal",
		},
		"billing": {
			"googleapi: Error 403: The billing account for the owning project is disabled in state absent, accountDisabled",
			"the project has no active billing account", "", "gcloud billing projects link",
		},
		"billing for an API": {
			"Error enabling services: googleapi: Error 400: Billing must be enabled for activation of service(s) 'compute.googleapis.com' to proceed.",
			"the project has no active billing account", "", "gcloud billing projects link",
		},
		"a rule of the organization": {
			"googleapi: Error 412: Request violates constraint 'constraints/storage.uniformBucketLevelAccess', conditionNotMet",
			"a rule of the organization forbids it", "", "make an exception of constraints/storage.uniformBucketLevelAccess",
		},
		"a rule without a name": {
			"googleapi: Error 400: Operation denied by org policy", "a rule of the organization forbids it", "", "make an exception for the project",
		},
		"an expired login": {
			"oauth2: \"invalid_grant\" \"reauth related error (invalid_rapt)\" \"https://support.google.com/a/answer/9368756\"",
			"Google does not accept the credentials, or there are none", "", "gcloud auth application-default login",
		},
		"no credentials": {
			"google: could not find default credentials. See https://cloud.google.com/docs/authentication/external/set-up-adc for more information",
			"Google does not accept the credentials, or there are none", "", "gcloud auth application-default login",
		},
		"a project for quotas": {
			"googleapi: Error 403: Caller does not have required permission to use project other.\nDetails:\n[\n  {\n    \"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\",\n" +
				"    \"metadata\": {\n      \"consumer\": \"projects/other\"\n    },\n    \"reason\": \"USER_PROJECT_DENIED\"\n  }\n]\n",
			"the credentials count against a project that they may not use", "", "set-quota-project other",
		},
		"Composer's agent": {
			"Error creating Environment: googleapi: Error 400: Found 1 problem:\n\t1) Cloud Composer Service Agent service account (service-123456789012@cloudcomposer-accounts.iam.gserviceaccount.com) is missing required permissions: " +
				"iam.serviceAccounts.getIamPolicy, iam.serviceAccounts.setIamPolicy. Cloud Composer v2 API Service Agent Extension role might be missing., badRequest",
			"Composer's agent may not use the environment's service account", "is missing required permissions", "grant roles/composer.ServiceAgentV2Ext on that service account",
		},
		"the account of an environment": {
			"Error waiting to create Environment: Error waiting to create Environment: Error waiting for Creating Environment: Error code 9, message: The issue may be caused by missing IAM roles in the following Service Accounts: composer@p.iam.gserviceaccount.com",
			"the environment's service account lacks roles", "composer@p.iam.gserviceaccount.com", "grant roles/composer.worker",
		},
		"packages of an environment": {
			"Error waiting to update Environment: Error waiting for Updating Environment: Error code 3, message: Failed to install PyPI packages. numpy 1.0 has requirement x; check the Cloud Build log at " +
				"https://console.cloud.google.com/cloud-build/builds;region=europe-west2/1b2c?project=123 for details.",
			"the PyPI packages cannot be installed", "Failed to install PyPI packages.", "what pip said: https://console.cloud.google.com/cloud-build/builds;region=europe-west2/1b2c?project=123",
		},
		"packages without a log": {
			"Error waiting for Updating Environment: Error code 3, message: Failed to install Python packages.", "the PyPI packages cannot be installed", "", "log of Cloud Build",
		},
		"an environment that is updating": {
			"Error updating Environment: googleapi: Error 400: Cannot update environment with state UPDATING., failedPrecondition", "the Composer environment takes no change now", "UPDATING", "when it is RUNNING",
		},
		"an image that is gone": {
			"Error creating Environment: googleapi: Error 400: Found 1 problem:\n\t1) Image version composer-2.0.1-airflow-2.1.4 is not supported., badRequest",
			"Composer does not have the image version", "composer-2.0.1-airflow-2.1.4", "list-image-versions",
		},
		"a key": {
			"Error creating Environment: googleapi: Error 400: Found 1 problem:\n\t1) Cloud KMS key projects/p/locations/l/keyRings/r/cryptoKeys/k cannot be used: grant cloudkms.cryptoKeyEncrypterDecrypter., badRequest",
			"Google's agents may not use the key of the environment", "Cloud KMS key", "roles/cloudkms.cryptoKeyEncrypterDecrypter",
		},
		"a network without access": {
			"Error creating Environment: googleapi: Error 400: Found 1 problem:\n\t1) Private Google Access must be enabled on the subnetwork projects/p/regions/r/subnetworks/s., badRequest",
			"the network does not fit the Composer environment", "Private Google Access", "must not be used by anything else",
		},
		"no such network": {
			"Error creating Environment: googleapi: Error 400: Found 1 problem:\n\t1) The resource 'projects/p/global/networks/n' was not found: network not found, badRequest",
			"the network does not fit the Composer environment", "networks/n", "its subnetwork needs",
		},
		"a quota of machines": {
			"Error waiting for Creating Environment: Error code 8, message: Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '24.0' and is short '4.0'.",
			"a quota is used up", "Insufficient regional quota", "https://console.cloud.google.com/iam-admin/quotas",
		},
		"an operation that a rule forbids": {
			"Error waiting for Creating Environment: Error code 9, message: Constraint constraints/compute.vmExternalIpAccess violated for network n in project p",
			"a rule of the organization forbids it", "", "make an exception of constraints/compute.vmExternalIpAccess",
		},
		"an operation with a fault": {"Error waiting for Creating Environment: Error code 13, message: Internal error", "Google Cloud has a fault", "Internal error", "run the command again"},
		"gone":                      {"googleapi: Error 404: Requested entity was not found.", "it does not exist", "Requested entity was not found.", "dorc refresh"},
		"a 503":                     {"googleapi: Error 503: The service is currently unavailable., backendError", "Google Cloud has a fault", "The service is currently unavailable.", "run the command again"},
		"a body":                    {"googleapi: got HTTP response code 502 with body: <html>Bad Gateway</html>", "Google Cloud has a fault", "", "run the command again"},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := Explain(errors.New(test.text))
			require.True(t, ok)
			assert.Equal(t, test.summary, p.Summary)
			met[p.Summary] = true
			assert.Contains(t, p.Detail, test.detail)
			assert.NotContains(t, p.Detail, "\n")
			assert.NotRegexp(t, `, [a-zA-Z]+$`, p.Detail, "the reason is left out")
			assert.Contains(t, p.Hint, test.hint)
		})
	}
	for _, f := range failures {
		assert.True(t, met[f.summary], "%s has no example", f.name)
	}
	for _, text := range []string{"", "connection refused", "aws: AccessDenied", "googleapi: Error 400: Invalid value, invalid", "googleapi: Error x"} {
		_, ok := Explain(errors.New(text))
		assert.False(t, ok, text)
	}
}
