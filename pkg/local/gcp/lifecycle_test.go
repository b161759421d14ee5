package gcp

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// theirWorld is the world with the lives of all types in it.
func theirWorld(t *testing.T) (*providertest.Fixture, []providertest.Life) {
	return world(t), lives()
}

func TestLives(t *testing.T) { providertest.Lives(t, theirWorld) }

// Unknown values pass every check, wherever they are.
func TestUnknownValues(t *testing.T) { providertest.UnknownValues(t, newFixture(t), lives()) }

// Changing what is gone fails with Google's reason, as for someone who deleted it by hand.
func TestUpdateOfWhatIsGone(t *testing.T) { providertest.UpdatesOfWhatIsGone(t, theirWorld) }

const inProject = "projects/local-project"

func lives() []providertest.Life {
	scheduled := object{
		"name": "nightly", "schedule": "0 3 * * *", "timeZone": "Europe/London", "attemptDeadline": "320s",
		"httpTarget": object{
			"uri": "https://workflowexecutions.googleapis.com/v1/x/executions", "httpMethod": "POST", "body": "e30=",
			"oauthToken": object{"serviceAccountEmail": runner},
		},
		"retryConfig": object{"retryCount": 3.0},
	}
	return []providertest.Life{
		{
			Type: projectType, ID: "projects/example-data", In: object{"projectId": "example-data", "name": "Example data", "folderId": "123"},
			Out:     map[string]string{"number": number("example-data")},
			Change:  object{"name": "Example", "labels": object{"a": "1"}, "billingAccount": "000000-000000-000000"},
			Replace: []object{{"projectId": "example-other"}},
		},
		{
			Type: serviceType, ID: "local-project/dataflow.googleapis.com", In: object{"service": "dataflow.googleapis.com", "disableOnDestroy": false},
			Out: map[string]string{"project": "local-project"}, Change: object{"disableOnDestroy": true},
			Replace: []object{{"service": "bigquery.googleapis.com"}, {"project": "other-project"}},
		},
		{
			Type: projectMemberType, ID: "local-project/roles/dataflow.worker/" + asMember,
			In:      object{"project": "local-project", "role": "roles/dataflow.worker", "member": asMember},
			Replace: []object{{"role": "roles/viewer"}, {"member": "user:someone@example.com"}, {"project": "other-project"}},
		},
		{
			Type: accountType, ID: inProject + "/serviceAccounts/workers@local-project.iam.gserviceaccount.com",
			In: object{"accountId": "workers", "displayName": "Workers"},
			Out: map[string]string{
				"email": "workers@local-project.iam.gserviceaccount.com", "member": "serviceAccount:workers@local-project.iam.gserviceaccount.com",
				"name": inProject + "/serviceAccounts/workers@local-project.iam.gserviceaccount.com", "project": "local-project",
			},
			Change: object{"displayName": "W", "description": "d", "disabled": true}, Replace: []object{{"accountId": "other-workers"}},
		},
		{
			Type: accountMemberType, ID: runnerID + "/roles/iam.serviceAccountUser/" + asMember,
			In:      object{"serviceAccountId": runnerID, "role": "roles/iam.serviceAccountUser", "member": asMember},
			Replace: []object{{"role": "roles/iam.serviceAccountTokenCreator"}, {"member": "group:all@example.com"}},
		},
		{
			Type: bucketType, ID: "example-artifacts", In: object{
				"name": "example-artifacts", "location": "europe-west2", "uniformBucketLevelAccess": true, "publicAccessPrevention": "enforced",
				"versioning":     object{"enabled": true},
				"lifecycleRules": []any{object{"action": object{"type": "Delete"}, "condition": object{"age": 7.0, "matchesPrefixes": []any{"temp/"}}}},
				"labels":         object{"a": "1"},
			},
			Out: map[string]string{
				"url": "gs://example-artifacts", "selfLink": "https://www.googleapis.com/storage/v1/b/example-artifacts", "location": "EUROPE-WEST2",
				"storageClass": "STANDARD", "project": "local-project",
			},
			Change: object{"labels": object{"a": "2"}, "forceDestroy": true, "versioning": object{"enabled": false}},
			Replace: []object{
				{"name": "other"}, {"location": "US"}, {"project": "other-project"},
			},
		},
		{
			Type: bucketMemberType, ID: "b/data/roles/storage.objectViewer/" + asMember,
			In:      object{"bucket": "data", "role": "roles/storage.objectViewer", "member": asMember},
			Replace: []object{{"role": "roles/storage.objectAdmin"}, {"member": "allUsers"}},
		},
		{
			Type: objectType, ID: "data/templates/a.json", In: object{"bucket": "data", "name": "templates/a.json", "content": "hello", "contentType": "application/json"},
			Out: map[string]string{
				"md5hash": "XUFAKrxLKna5cZ2REBfFkg==", "crc32c": "mnG7TA==", "outputName": "templates/a.json",
				"selfLink": "https://www.googleapis.com/storage/v1/b/data/o/templates%2Fa.json",
			},
			Change: object{"content": "bye"}, Replace: []object{{"name": "b"}, {"contentType": "text/plain"}, {"metadata": object{"a": "b"}}},
		},
		{
			Type: repositoryType, ID: inProject + "/locations/europe-west2/repositories/pipelines",
			In: object{
				"repositoryId": "pipelines", "format": "DOCKER", "location": "europe-west2", "labels": object{"a": "1"},
				"cleanupPolicies": []any{object{"id": "old", "action": "DELETE", "condition": object{"tagState": "UNTAGGED", "olderThan": "1209600s"}}},
			},
			Out:     map[string]string{"name": "pipelines", "project": "local-project"},
			Change:  object{"description": "d", "labels": object{}},
			Replace: []object{{"repositoryId": "other"}, {"location": "us"}, {"format": "PYTHON"}},
		},
		{
			Type: repositoryMemberType, ID: inProject + "/locations/europe-west2/repositories/images/roles/artifactregistry.reader/" + asMember,
			In:      object{"repository": "images", "location": "europe-west2", "role": "roles/artifactregistry.reader", "member": asMember},
			Replace: []object{{"role": "roles/artifactregistry.writer"}},
		},
		{
			Type: workflowType, ID: inProject + "/locations/europe-west2/workflows/launch",
			In: object{"name": "launch", "region": "europe-west2", "serviceAccount": runner, "sourceContents": definition, "labels": object{"a": "1"}},
			Out: map[string]string{
				"state": "ACTIVE", "serviceAccount": runnerID, "project": "local-project",
			},
			Change:  object{"sourceContents": "main:\n  steps:\n    - done:\n        return: 2\n", "description": "d"},
			Replace: []object{{"name": "other"}, {"region": "us-central1"}, {"project": "other-project"}},
		},
		{
			Type: jobType, ID: inProject + "/locations/europe-west2/jobs/nightly", In: scheduled,
			Out:     map[string]string{"state": "ENABLED", "region": "europe-west2"},
			Change:  object{"schedule": "0 4 * * *", "paused": true},
			Replace: []object{{"name": "other"}, {"region": "us-central1"}},
		},
		{
			Type: secretType, ID: inProject + "/secrets/password", In: object{"secretId": "password", "replication": object{"auto": object{}}, "labels": object{"a": "1"}},
			Out:    map[string]string{"name": "projects/" + number("local-project") + "/secrets/password"},
			Change: object{"labels": object{"b": "1"}, "annotations": object{"c": "d"}},
			Replace: []object{
				{"secretId": "other"}, {"replication": object{"userManaged": object{"replicas": []any{object{"location": "europe-west2"}}}}},
			},
		},
		{
			Type: secretVersionType, ID: "projects/" + number("local-project") + "/secrets/orders/versions/1",
			In:     object{"secret": inProject + "/secrets/orders", "secretData": "hunter2"},
			Out:    map[string]string{"version": "1", "name": "projects/" + number("local-project") + "/secrets/orders/versions/1"},
			Change: object{"enabled": false}, Replace: []object{{"secretData": "other"}},
		},
		{
			Type: secretMemberType, ID: inProject + "/secrets/orders/roles/secretmanager.secretAccessor/" + asMember,
			In:      object{"secretId": inProject + "/secrets/orders", "role": "roles/secretmanager.secretAccessor", "member": asMember},
			Replace: []object{{"role": "roles/secretmanager.viewer"}, {"condition": object{"title": "t", "expression": "true"}}},
		},
		{
			Type: networkType, ID: inProject + "/global/networks/other-vpc", In: object{"name": "other-vpc", "autoCreateSubnetworks": false},
			Out:    map[string]string{"selfLink": computeURL + inProject + "/global/networks/other-vpc", "routingMode": "REGIONAL"},
			Change: object{"routingMode": "GLOBAL"}, Replace: []object{{"name": "third-vpc"}, {"autoCreateSubnetworks": true}, {"mtu": 1500.0}},
		},
		{
			Type: subnetworkType, ID: inProject + "/regions/europe-west2/subnetworks/private",
			In: object{"name": "private", "network": "vpc", "region": "europe-west2", "ipCidrRange": "10.128.0.0/20", "privateIpGoogleAccess": true},
			Out: map[string]string{
				"selfLink": computeURL + inProject + "/regions/europe-west2/subnetworks/private", "gatewayAddress": "10.128.0.1",
				"network": computeURL + inProject + "/global/networks/vpc", "purpose": "PRIVATE",
			},
			Change:  object{"privateIpGoogleAccess": false, "ipCidrRange": "10.128.0.0/19"},
			Replace: []object{{"name": "other"}, {"network": "other-vpc"}, {"region": "us-central1"}, {"ipCidrRange": "10.129.0.0/20"}, {"ipCidrRange": "10.128.0.0/24"}},
		},
		{
			Type: routerType, ID: inProject + "/regions/europe-west2/routers/out", In: object{"name": "out", "network": "projects/local-project/global/networks/vpc"},
			Out:    map[string]string{"network": computeURL + inProject + "/global/networks/vpc"},
			Change: object{"description": "d"}, Replace: []object{{"name": "other"}, {"region": "us-central1"}},
		},
		{
			Type: natType, ID: "local-project/europe-west2/router/nat", In: object{
				"name": "nat", "router": "router", "region": "europe-west2", "natIpAllocateOption": "MANUAL_ONLY",
				"natIps":                        []any{computeURL + inProject + "/regions/europe-west2/addresses/out"},
				"sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES", "logConfig": object{"enable": true, "filter": "ERRORS_ONLY"},
			},
			Out:    map[string]string{"project": "local-project"},
			Change: object{"minPortsPerVm": 128.0}, Replace: []object{{"name": "other"}, {"router": "second"}},
		},
		{
			Type: addressType, ID: inProject + "/regions/europe-west2/addresses/nat", In: object{"name": "nat", "labels": object{"a": "1"}},
			Out:    map[string]string{"selfLink": computeURL + inProject + "/regions/europe-west2/addresses/nat", "networkTier": "PREMIUM"},
			Change: object{"labels": object{"a": "2"}}, Replace: []object{{"name": "other"}, {"description": "d"}},
		},
		{
			Type: firewallType, ID: inProject + "/global/firewalls/workers", In: object{
				"name": "workers", "network": "vpc", "direction": "INGRESS", "sourceTags": []any{"dataflow"}, "targetTags": []any{"dataflow"},
				"allows": []any{object{"protocol": "tcp", "ports": []any{"12345-12346"}}},
			},
			Out:     map[string]string{"network": computeURL + inProject + "/global/networks/vpc"},
			Change:  object{"priority": 900.0, "allows": []any{object{"protocol": "all"}}},
			Replace: []object{{"name": "other"}, {"project": "other-project"}},
		},
		{
			Type: environmentType, ID: inProject + "/locations/europe-west2/environments/prod-composer", In: environment,
			Out: map[string]string{"region": "europe-west2", "project": "local-project"},
			Change: object{"labels": object{"a": "2"}, "config": with(config, object{
				"softwareConfig": with(software, object{
					"imageVersion": "composer-3-airflow-2.10.5-build.16", "pypiPackages": object{"pendulum": ">=3"},
					"airflowConfigOverrides": object{"core-dags_are_paused_at_creation": "False"}, "envVariables": object{"DOP_LOCATION": "US"},
				}),
				"nodeConfig":      with(node, object{"network": "other", "subnetwork": "other"}),
				"workloadsConfig": object{"scheduler": object{"count": 2.0, "cpu": 1.0, "memoryGb": 4.0, "storageGb": 1.0}}, "environmentSize": "ENVIRONMENT_SIZE_LARGE",
			})},
			Replace: []object{
				{"name": "other"}, {"region": "us-central1"}, {"project": "other-project"},
				{"config": with(config, object{"nodeConfig": with(node, object{"serviceAccount": "them@other-project.iam.gserviceaccount.com"})})},
				{"config": with(config, object{"nodeConfig": with(node, object{"tags": []any{"a"}})})},
			},
		},
		{
			Type: datasetType, ID: inProject + "/datasets/dop_sandbox", In: object{"datasetId": "dop_sandbox", "location": "eu", "labels": object{"a": "1"}},
			Out:     map[string]string{"location": "EU", "selfLink": "https://bigquery.googleapis.com/bigquery/v2/" + inProject + "/datasets/dop_sandbox", "maxTimeTravelHours": "168"},
			Change:  object{"description": "d", "defaultTableExpirationMs": 3600000.0, "labels": object{}},
			Replace: []object{{"datasetId": "other"}, {"location": "US"}, {"project": "other-project"}},
		},
		{
			Type: datasetMemberType, ID: inProject + "/datasets/sales/roles/bigquery.dataEditor/" + asMember,
			In:      object{"datasetId": "sales", "role": "roles/bigquery.dataEditor", "member": asMember},
			Replace: []object{{"role": "roles/bigquery.dataViewer"}, {"datasetId": "other"}},
		},
	}
}
