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

// composerAPIs are those that Cloud Composer and its DAGs need besides; Composer 2
// has its cluster in the environment's Google project.
var (
	composerAPIs  = []string{"bigquery.googleapis.com", "composer.googleapis.com", "iamcredentials.googleapis.com"}
	composer2APIs = []string{"container.googleapis.com"}
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
// The universal stack has enabled them if the project is its own, but for
// ComposerAPIs.
func (g *Google) RequiredAPIs() []string {
	return union(environmentAPIs, g.Universal.APIs, g.ComposerAPIs())
}

// ComposerAPIs are those that Cloud Composer needs in the environment's Google
// project, sorted; none without it. The universal stack does not know which
// environments have it.
func (g *Google) ComposerAPIs() []string {
	switch c := g.Composer; {
	case c == nil:
		return nil
	case c.Existing == "" && c.Image.Composer == 2:
		return union(composerAPIs, composer2APIs)
	default:
		return union(composerAPIs)
	}
}

// OwnAPIs are those that the environment's stack enables, sorted: all, in a Google
// project of its own; else those that the universal stack does not enable.
func (g *Google) OwnAPIs() []string {
	if g.OwnProject() {
		return g.RequiredAPIs()
	}
	universal := g.Universal.RequiredAPIs()
	return slices.DeleteFunc(g.RequiredAPIs(), func(api string) bool { return slices.Contains(universal, api) })
}

// OwnProject says that the environment has a Google project of its own.
func (g *Google) OwnProject() bool { return g.ProjectID != g.Universal.ProjectID }

func union(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
