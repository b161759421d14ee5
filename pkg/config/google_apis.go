package config

import "slices"

// The APIs of Google Cloud that dorc itself needs: in the project's Google
// project, and in those of environments.
var (
	universalAPIs = []string{
		"artifactregistry.googleapis.com", "cloudresourcemanager.googleapis.com", "iam.googleapis.com",
		"serviceusage.googleapis.com", "storage.googleapis.com",
	}
	environmentAPIs = []string{
		"cloudresourcemanager.googleapis.com", "cloudscheduler.googleapis.com", "compute.googleapis.com",
		"dataflow.googleapis.com", "iam.googleapis.com", "logging.googleapis.com", "secretmanager.googleapis.com",
		"storage.googleapis.com", "workflowexecutions.googleapis.com", "workflows.googleapis.com",
	}
)

// BigQueryAPI is what pipelines on BigQuery need. Who lists it in apis gets the
// right to run jobs there.
const BigQueryAPI = "bigquery.googleapis.com"

// RequiredAPIs are those that the universal stack enables, sorted: dorc's own,
// also of the environments in the same Google project, and the project's.
func (g GoogleUniversal) RequiredAPIs() []string {
	return union(universalAPIs, environmentAPIs, g.APIs)
}

// RequiredAPIs are those that the environment needs in its Google project, sorted.
// The universal stack has enabled them if the project is its own.
func (g *Google) RequiredAPIs() []string { return union(environmentAPIs, g.Universal.APIs) }

// OwnProject says that the environment has a Google project of its own.
func (g *Google) OwnProject() bool { return g.ProjectID != g.Universal.ProjectID }

func union(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
