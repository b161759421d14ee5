package google

import (
	"context"
	"strings"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The states of a Composer environment
// (https://cloud.google.com/composer/docs/reference/rest/v1/projects.locations.environments#state).
const (
	Running  = "RUNNING"
	Creating = "CREATING"
	Updating = "UPDATING"
	Deleting = "DELETING"
	Failed   = "ERROR"
)

// Environment is a Composer environment as it is.
type Environment struct {
	// Name is its name, such as "exampledorc-prod-composer".
	Name string
	// State is one of the states above.
	State string
	// DagPrefix is where its DAGs are, such as "gs://<bucket>/dags"; "" while it is made.
	DagPrefix string
	// Image is its image version, always a full one.
	Image string
	// AirflowURI is the address of Airflow's pages; "" while it is made.
	AirflowURI string
	// Account is the service account that its tasks run as.
	Account string
}

// Bucket is the bucket of its DAGs, or "" while it is made.
func (e Environment) Bucket() string {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(e.DagPrefix, "gs://"), "/")
	return bucket
}

// Ready says why an environment should not be changed now, and no DAGs put into it: it
// is a problem.Problem, or nil for one that runs.
func (e Environment) Ready() error {
	if e.State == Running {
		return nil
	}
	return e.finding().Problem()
}

func (e Environment) check() string { return "Composer environment " + e.Name }

// finding says what the state means.
func (e Environment) finding() Finding {
	f := Finding{Check: e.check(), Level: check.Missing, Detail: "its state is " + e.State}
	switch e.State {
	case Running:
		return Finding{Check: e.check(), Level: check.OK, Summary: "it runs " + e.Image}
	case Creating:
		f.Summary = "the Composer environment is being made"
		f.Hint = "it takes about half an hour: run the command again when it is RUNNING"
	case Updating:
		f.Summary = "the Composer environment is updating"
		f.Hint = "DAGs in it go on; it takes no other change, and who is updating it may be installing packages: run the command again when it is RUNNING"
	case Deleting:
		f.Summary = "the Composer environment is being deleted"
		f.Hint = "wait until it is gone, or use another with gcp.composer.existing"
	case Failed:
		f.Summary = "the Composer environment is broken"
		f.Hint = "it takes no change: https://cloud.google.com/composer/docs/composer-3/troubleshooting-environment-creation tells of reasons; one that cannot be mended is destroyed and made again, and its bucket stays"
	default:
		f.Summary = "the Composer environment is in no state that is known"
		f.Hint = "look at it: https://console.cloud.google.com/composer/environments"
	}
	return f
}

// Environment asks for a Composer environment. The error is a problem.Problem, also
// when there is none of the name.
func (c *Client) Environment(ctx context.Context, project, region, name string) (Environment, error) {
	var e Environment
	err := c.again(ctx, anyTransient, nil, func(ctx context.Context) (err error) {
		e, err = c.environment(ctx, project, region, name)
		return err
	})
	if err == nil {
		return e, nil
	}
	if ctx.Err() != nil {
		return Environment{}, context.Cause(ctx)
	}
	resource := Environment{Name: name}.check()
	if a, ok := answerOf(err); ok && a.code == 404 {
		return Environment{}, problem.Problem{
			Resource: resource, Summary: "the Composer environment does not exist", Detail: "looked in " + region + " of the Google project " + project,
			Hint: "`dorc apply infra` makes it; one that someone else made is named by gcp.composer.existing",
		}
	}
	return Environment{}, c.wrong(resource, "the Composer environment cannot be looked at", err)
}

// environment asks once.
func (c *Client) environment(ctx context.Context, project, region, name string) (Environment, error) {
	found, err := c.composer.Projects.Locations.Environments.Get("projects/" + project + "/locations/" + region + "/environments/" + name).Context(ctx).Do()
	if err != nil {
		return Environment{}, err
	}
	e := Environment{Name: name, State: found.State}
	if found.Config == nil {
		return e, nil
	}
	e.DagPrefix, e.AirflowURI = found.Config.DagGcsPrefix, found.Config.AirflowUri
	if found.Config.SoftwareConfig != nil {
		e.Image = found.Config.SoftwareConfig.ImageVersion
	}
	if found.Config.NodeConfig != nil {
		e.Account = found.Config.NodeConfig.ServiceAccount
	}
	return e, nil
}
