package pipelines

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/content"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// googleBuilder creates the resources of one pipeline on Google Cloud.
type googleBuilder struct {
	builder
	google  *config.Google
	content *content.Content
	shared  *googleShared
	// workflow is the workflow's name.
	workflow string
	// standard are the parameters of every run, scheduled those of the schedule over them.
	standard, scheduled map[string]any
}

// googleShared is what a pipeline on Google Cloud needs from other stacks.
type googleShared struct {
	// repository is where images are, bucket the environment's own.
	repository, bucket string
	// temp, staging, configs and templates are locations in the bucket, gs://… without a slash at the end.
	temp, staging, configs, templates string
	subnetwork                        string
	// workers, workflows and scheduler are e-mail addresses of accounts.
	workers, workflows, scheduler string
	// buckets are full names of data buckets by short name, secrets the ids of
	// secrets by connection profile.
	buckets, secrets map[string]string
}

// newGoogleBuilder reads all that a pipeline needs and finds what is wrong with
// it. No resource is registered before.
func newGoogleBuilder(ctx *pulumi.Context, a *Args) (*googleBuilder, error) {
	google, err := a.Universal.GoogleIn(a.Environment)
	if err != nil {
		return nil, err
	}
	if google == nil {
		return nil, problem.Problem{
			File:    problem.Shown(a.Pipeline.Dir),
			Summary: fmt.Sprintf("a pipeline of kind %s needs Google Cloud", a.Pipeline.Definition.Kind),
			Detail:  "the universal configuration has no gcp block",
			Hint:    "Write one: gcp: {project_id: <project>, region: <region>}",
		}
	}
	b := &googleBuilder{builder: builder{ctx: ctx, args: a, names: google.Names}, google: google}
	if b.workflow, err = google.Names.Workflow(a.Pipeline.Layer, a.Pipeline.Name); err != nil {
		return nil, err
	}
	var problems problem.List
	if b.content, problems = content.Read(a.Pipeline, Profiles(google)); len(problems) > 0 {
		return nil, problems.Err()
	}
	if b.content.Workflow == nil && a.Pipeline.Beam == nil {
		return nil, problem.Problem{
			File:    problem.Shown(a.Pipeline.Dir),
			Summary: fmt.Sprintf("a pipeline of kind %s has no file that says what it does", a.Pipeline.Definition.Kind),
			Hint:    "Write a main.py, a pipeline.beam.yaml or a config.json; of kind workflow a workflow.yaml.",
		}
	}
	if b.shared, err = b.readStacks(); err != nil {
		return nil, err
	}
	b.standard, b.scheduled, problems = b.content.Arguments(b.placeholder)
	return b, problems.Err()
}

// Profiles are the connections of an environment, as the configs of pipelines name them.
func Profiles(google *config.Google) *launcher.Profiles {
	p := &launcher.Profiles{File: "infra/Pulumi." + google.Names.Environment + ".yaml"}
	for name := range google.ConnectionProfiles {
		p.Names = append(p.Names, name)
	}
	slices.Sort(p.Names)
	return p
}

// placeholder is the value of ${name} in a parameter.
func (b *googleBuilder) placeholder(name string) (string, error) {
	switch name {
	case "environment":
		return b.args.Environment.Environment, nil
	case "project_id":
		return b.google.ProjectID, nil
	case "region":
		return b.google.Region, nil
	case "bucket":
		return b.shared.bucket, nil
	}
	bucket := strings.TrimPrefix(name, definition.BucketPlaceholder)
	full, ok := b.shared.buckets[bucket]
	if !ok {
		return "", NoBucket(b.args.Environment.Environment, bucket, b.google.DataBuckets)
	}
	return full, nil
}

// NoBucket is the problem of a parameter that names a data bucket which the
// environment does not have on Google Cloud.
func NoBucket(env, bucket string, buckets []config.DataBucket) error {
	var names []string
	for _, b := range buckets {
		names = append(names, b.Name)
	}
	p := problem.Problem{
		Summary: fmt.Sprintf("the environment %s has no data bucket %q on Google Cloud", env, bucket),
		Detail:  "its buckets there: " + orNone(names),
		Hint:    "Add it to gcp.data_buckets in infra/Pulumi." + env + ".yaml.",
	}
	if near := problem.Nearest(bucket, names); near != "" {
		p.Hint = fmt.Sprintf("Did you mean ${%s%s}?", definition.BucketPlaceholder, near)
	}
	return p
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// readStacks reads every output that the pipeline needs. All that is missing is
// reported at once, before the pipeline's first resource is registered.
func (b *googleBuilder) readStacks() (*googleShared, error) {
	a := b.args
	o := &outputs{owner: "pipeline " + a.Pipeline.ID()}
	infra := newStack(b.ctx, a.InfraStack, "make infra/apply instance=infra env="+a.Environment.Environment)
	r := &googleShared{
		workflows: o.text(infra, "workflows_service_account"),
		bucket:    o.text(infra, "gcp_bucket"),
		buckets:   map[string]string{}, secrets: map[string]string{},
	}
	if s := b.content.Schedule; s != nil && s.Enabled {
		r.scheduler = o.text(infra, "scheduler_service_account")
	}
	for _, bucket := range b.google.DataBuckets {
		r.buckets[bucket.Name] = o.text(infra, "gcp-data-bucket-"+bucket.Name+"-id")
	}
	if a.Pipeline.Definition.Kind == definition.KindDataflow {
		universal := newStack(b.ctx, a.UniversalStack, "make infra/apply instance=universal")
		r.repository = o.text(universal, "gcp_repository_url")
		r.temp = o.text(infra, "gcp_temp_location")
		r.staging = o.text(infra, "gcp_staging_location")
		r.configs = o.text(infra, "gcp_configs_location")
		r.templates = o.text(infra, "gcp_templates_location")
		r.subnetwork = o.text(infra, "gcp_subnetwork")
		r.workers = o.text(infra, "dataflow_worker_service_account")
		for _, profile := range b.connections() {
			r.secrets[profile] = o.text(infra, "gcp-secret-"+profile+"-id")
		}
	}
	return r, o.problems.Err()
}

// labels are the tags of the configuration as labels of jobs.
func (b *googleBuilder) labels() (map[string]string, error) {
	labels := map[string]string{}
	var problems problem.List
	for key, value := range b.args.Universal.Tags {
		k, v, err := naming.Label(key, value)
		if err != nil {
			var p problem.Problem
			if !errors.As(err, &p) {
				return nil, err
			}
			problems = append(problems, p)
			continue
		}
		labels[k] = v
	}
	return labels, problems.Err()
}
