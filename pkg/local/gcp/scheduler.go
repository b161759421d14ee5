package gcp

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/cloudscheduler"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	jobType = "gcp:cloudscheduler/job:Job"
	jobPath = "projects/{project}/locations/{region}/jobs/{name}"
)

var schedulerKinds = []*kind{
	behind(schedulerAPI, &kind{
		Token: jobType, Facts: "google_cloud_scheduler_job",
		Args: provider.ArgsOf[cloudscheduler.JobArgs](), State: provider.TypeOf[cloudscheduler.Job](),
		Service: "Cloud Scheduler", Noun: "Job",
		Operations: operations{Create: "jobs.create", Update: "jobs.patch", Delete: "jobs.delete"},
		Auto:       &autoname{Property: "name", Max: 500},
		ID:         path(jobPath),
		Canonical:  canonical(jobPath),
		Outputs: []output{
			projectOutput, regionOutput,
			constant("paused", false),
			{Name: "state", Value: func(c *call) any {
				if c.Bool("paused") {
					return "PAUSED"
				}
				return "ENABLED"
			}},
		},
		Refuse: func(c *check) {
			if c.In.HasValue("appEngineHttpTarget") {
				c.Fail("appEngineHttpTarget", "the local cloud has no App Engine: use httpTarget")
			}
		},
		Verify:  verifyJob,
		Exists:  func(c *call) *refusal { return alreadyExists("Job %s already exists.", c.ID) },
		Missing: func(c *call) *refusal { return notFound("Job not found.") },
	}),
}

// verifyJob fails as Scheduler does when the account that calls does not exist.
func verifyJob(c *call) error {
	for _, token := range []string{"oauthToken", "oidcToken"} {
		account := c.Str("httpTarget", token, "serviceAccountEmail")
		ok, err := accountExists(c, project(c), account)
		if err != nil {
			return err
		}
		if !ok {
			return forbidden(`The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource %q `+
				"(or the resource may not exist).", account)
		}
	}
	return nil
}
