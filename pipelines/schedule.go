package pipelines

import (
	"encoding/base64"
	"fmt"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/cloudscheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// executions is the API that starts workflows. Source:
// https://cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/create
const executions = "https://workflowexecutions.googleapis.com/v1/"

// cloudPlatform is the scope of the scheduler's token.
const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

// ScheduleName is the name of a pipeline's job of Cloud Scheduler.
func ScheduleName(names naming.Names, layer, pipeline string, s *definition.Schedule) (string, error) {
	if s.Name != "" {
		return names.NamedSchedulerJob(s.Name)
	}
	return names.SchedulerJob(layer, pipeline)
}

// schedule creates the job that starts the workflow. There is none when the
// schedule is not enabled: one that was there is deleted.
func (b *googleBuilder) schedule(p *Pipeline, argument map[string]any) error {
	s, pipeline := b.content.Schedule, b.args.Pipeline
	if s == nil || !s.Enabled {
		return nil
	}
	name, err := ScheduleName(b.google.Names, pipeline.Layer, pipeline.Name, s)
	if err != nil {
		return err
	}
	body, err := executionBody(argument)
	if err != nil {
		return err
	}
	p.Schedule, err = cloudscheduler.NewJob(b.ctx, "schedule", &cloudscheduler.JobArgs{
		Name:            pulumi.String(name),
		Project:         pulumi.String(b.google.ProjectID),
		Region:          pulumi.String(b.google.Region),
		Description:     pulumi.String("Starts the pipeline " + pipeline.ID()),
		Schedule:        pulumi.String(s.Cron),
		TimeZone:        pulumi.String(s.Timezone),
		AttemptDeadline: pulumi.String(fmt.Sprintf("%ds", s.AttemptDeadline)),
		RetryConfig:     &cloudscheduler.JobRetryConfigArgs{RetryCount: pulumi.Int(s.Retries)},
		HttpTarget: &cloudscheduler.JobHttpTargetArgs{
			HttpMethod: pulumi.String("POST"),
			Uri:        pulumi.Sprintf("%s%s/executions", executions, p.Workflow.ID()),
			Headers:    pulumi.StringMap{"Content-Type": pulumi.String("application/json")},
			Body:       pulumi.String(body),
			OauthToken: &cloudscheduler.JobHttpTargetOauthTokenArgs{
				ServiceAccountEmail: pulumi.String(b.shared.scheduler),
				Scope:               pulumi.String(cloudPlatform),
			},
		},
	}, b.parent)
	return err
}

// executionBody is what starts an execution: its argument is JSON as a text. The
// provider takes a body in Base64.
func executionBody(argument map[string]any) (string, error) {
	if argument == nil {
		argument = map[string]any{}
	}
	text, err := marshal(argument)
	if err != nil {
		return "", err
	}
	body, err := marshal(map[string]string{"argument": string(text)})
	return base64.StdEncoding.EncodeToString(body), err
}
