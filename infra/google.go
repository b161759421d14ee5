package infra

import (
	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/component"
	"github.com/dorc-dev/dorc/pkg/config"
)

// Google is what one environment has on Google Cloud.
type Google struct {
	// Bucket has the prefixes temp, staging, configs and templates.
	Bucket *storage.Bucket
	// DataflowWorker, Workflows and Scheduler are the accounts as which workers,
	// workflows and schedules act.
	DataflowWorker, Workflows, Scheduler *GoogleAccount
	// Network is where workers run; nil when it is not dorc's.
	Network *GoogleNetwork
	// DataBuckets are the buckets by their short names.
	DataBuckets map[string]*storage.Bucket
	// Secrets are those of the connection profiles, by the profiles' names.
	Secrets map[string]*GoogleSecret
	// Composer is the environment's Cloud Composer; nil when it has none.
	Composer *GoogleComposer
}

// googleScope is what the resources of an environment share on Google Cloud.
type googleScope struct {
	*config.Google
	ctx    *pulumi.Context
	parent pulumi.ResourceOption
	// apis are those that this stack enables: all, when the environment has a Google
	// project of its own; else those that universal has not enabled.
	apis component.APIs
	// repository is that of the images, in the project's Google project.
	repository string
}

// createGoogle creates what the blocks gcp describe, and adds the outputs. Every
// resource says its project and region itself, so that one provider serves all.
func (i *Infra) createGoogle(ctx *pulumi.Context, c *config.Google, universal string, outputs pulumi.Map) (err error) {
	s := &googleScope{Google: c, ctx: ctx, parent: component.Child(i)}
	if err := s.findRepository(universal); err != nil {
		return err
	}
	if s.apis, err = component.EnableAPIs(ctx, pulumi.String(c.ProjectID), c.OwnAPIs(), s.parent); err != nil {
		return err
	}
	g := &Google{DataBuckets: map[string]*storage.Bucket{}, Secrets: map[string]*GoogleSecret{}}
	i.Google = g
	if err := g.createAccounts(s); err != nil {
		return err
	}
	if err := g.createBuckets(s, outputs); err != nil {
		return err
	}
	if err := g.createSecrets(s, outputs); err != nil {
		return err
	}
	if err := g.createNetwork(s, outputs); err != nil {
		return err
	}
	if err := g.grant(s); err != nil {
		return err
	}
	if err := g.createComposer(s, outputs); err != nil {
		return err
	}
	outputs["gcp_project_id"] = pulumi.String(c.ProjectID)
	outputs["gcp_region"] = pulumi.String(c.Region)
	outputs["dataflow_worker_service_account"] = g.DataflowWorker.Email
	outputs["workflows_service_account"] = g.Workflows.Email
	outputs["scheduler_service_account"] = g.Scheduler.Email
	return nil
}

// needs are the options of a resource that needs these APIs.
func (s *googleScope) needs(apis ...string) pulumi.ResourceOption {
	return pulumi.Composite(s.parent, s.apis.Needs(apis...))
}
