package pipelines

import (
	"maps"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/workflows"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createWorkflow creates a pipeline of kind workflow: the user's own definition,
// and what starts it.
func createWorkflow(ctx *pulumi.Context, a *Args, p *Pipeline, register func() (pulumi.ResourceOption, error)) (pulumi.Map, error) {
	b, err := newGoogleBuilder(ctx, a)
	if err != nil {
		return nil, err
	}
	if b.parent, err = register(); err != nil {
		return nil, err
	}
	// The definition is the user's: only whoever starts it can say what it gets.
	argument := maps.Clone(b.standard)
	maps.Copy(argument, b.scheduled)
	outputs, err := b.workflowAndSchedule(p, pulumi.String(b.content.Workflow), argument)
	if err != nil {
		return nil, err
	}
	standard, err := marshal(b.standard)
	outputs[ArgumentOutput] = pulumi.String(standard)
	return outputs, err
}

// ArgumentOutput is the output with what an execution of a pipeline of kind
// workflow gets when nobody says anything else, as JSON.
const ArgumentOutput = "argument"

// workflowAndSchedule creates the workflow after what its text names, and the
// schedule that starts it with the argument.
func (b *googleBuilder) workflowAndSchedule(
	p *Pipeline, text pulumi.StringInput, argument map[string]any, after ...pulumi.Resource,
) (pulumi.Map, error) {
	pipeline := b.args.Pipeline
	description := pipeline.Definition.Description
	if description == "" {
		description = "Pipeline " + pipeline.ID()
	}
	var err error
	p.Workflow, err = workflows.NewWorkflow(b.ctx, "workflow", &workflows.WorkflowArgs{
		Name:           pulumi.String(b.workflow),
		Project:        pulumi.String(b.google.ProjectID),
		Region:         pulumi.String(b.google.Region),
		Description:    pulumi.String(shorten(description, maxDescription)),
		ServiceAccount: pulumi.String(b.shared.workflows),
		CallLogLevel:   pulumi.String("LOG_ERRORS_ONLY"),
		SourceContents: text,
	}, b.parent, pulumi.DependsOn(after))
	if err != nil {
		return nil, err
	}
	outputs := pulumi.Map{"workflow_id": p.Workflow.ID(), "workflow_name": p.Workflow.Name}
	if err := b.schedule(p, argument); err != nil {
		return nil, err
	}
	if p.Schedule != nil {
		outputs["scheduler_job_id"] = p.Schedule.ID()
	}
	return outputs, nil
}

// maxDescription is in characters. Source:
// https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows
const maxDescription = 1000

func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
