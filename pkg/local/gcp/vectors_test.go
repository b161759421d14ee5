package gcp

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// refusedByAPI has each vector that the provider lets pass and Google's API refuses,
// with a part of our reason. The key is type and why.
var refusedByAPI = map[string]string{
	"google_storage_bucket: class COLD":                        "to be one of",
	"google_storage_bucket: action Remove":                     "to be one of",
	"google_storage_bucket: prevention yes":                    "to be one of",
	"google_artifact_registry_repository: capital id":          "lower-case letters",
	"google_project_iam_member: member capital":                "in lower case",
	"google_project_iam_member: role plain":                    "roles/<service>.<role>",
	"google_project_iam_member: allUsers":                      "open to everyone",
	"google_cloud_scheduler_job: deadline 10s":                 "15s to 1800s",
	"google_cloud_scheduler_job: deadline 1801s":               "15s to 1800s",
	"google_cloud_scheduler_job: schedule odd":                 "Schedule or timezone is invalid",
	"google_cloud_scheduler_job: six fields":                   "neither seconds nor years",
	"google_cloud_scheduler_job: zone odd":                     "tz database",
	"google_cloud_scheduler_job: retry 6":                      "in the range (0 - 5)",
	"google_compute_network: mtu 1299":                         "in the range (1300 - 8896)",
	"google_compute_subnetwork: cidr host bits":                "did you mean",
	"google_compute_subnetwork: purpose odd":                   "to be one of",
	"google_compute_firewall: port odd":                        "a port from 0 to 65535",
	"google_secret_manager_secret: ttl odd":                    "in seconds",
	"google_composer_environment: package with version inside": "the name of a package alone",
}

var verdicts = providertest.Verdicts{
	New: newFixture, RefusedByAPI: refusedByAPI, Pages: "https://cloud.google.com/",
	Absent: []string{"google_cloud_run_v2_job"},
}

func TestVectors(t *testing.T) { verdicts.Hold(t) }

func TestVectorWording(t *testing.T) {
	verdicts.Wording(t, "in the range (", "to be one of", "name value", "Missing required argument", "Invalid combination of arguments",
		"Invalid or unknown key", "expected service to not match any of")
}
