package google

import (
	"context"
	"strings"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// Finding is what a check found.
type Finding = check.Finding

// Input says what the stacks need.
type Input struct {
	// Access is how Google Cloud is asked.
	Access Access
	// Projects are the Google projects in use.
	Projects []Project
	// State is the URL of the state store, as for pkg/state's Open. Default: it is
	// not looked at.
	State string
	// Quick leaves out what only matters to changes: APIs, permissions, billing, and
	// whether the state can be written.
	Quick bool
}

// Project is a Google project with what dorc does in it.
type Project struct {
	// ID is its id, such as "exampledorc-data".
	ID string
	// Create says that dorc makes it. Default: nil, it must exist.
	Create *Creation
	// APIs are those that dorc enables, such as "dataflow.googleapis.com".
	APIs []string
	// Types are the type tokens of the resources that are made in it.
	Types []string
	// Environments are the Composer environments that dorc makes or uses in it.
	Environments []Wanted
}

// Creation is where a project is made, and who pays.
type Creation struct {
	// Parent is "folders/1", "organizations/1", or "" for neither.
	Parent string
	// BillingAccount is its id, such as "012345-6789AB-CDEF01".
	BillingAccount string
}

const checkCredentials = "Google credentials"

// checker has one run's input and its client.
type checker struct {
	Input
	client *Client
	who    *identity
}

// Check looks at everything at the same time, each thing for at most ten seconds,
// and returns findings in a fixed order: the credentials, the state, and for each
// project whether it exists, its APIs, its billing, the permissions in it, and its
// Composer environments. What cannot be looked at because something else is missing is
// Unknown.
func Check(ctx context.Context, in Input) []Finding {
	c := checker{Input: in}
	missing := c.open(ctx)
	tasks := []check.Task{{Name: checkCredentials, Credentials: true, Run: c.credentials}}
	if in.State != "" {
		tasks = append(tasks, check.Task{Name: check.StateName, Credentials: strings.HasPrefix(in.State, "gs://"), Run: c.state})
	}
	for _, p := range in.Projects {
		tasks = append(tasks, check.Task{Name: p.name(), Credentials: true, Run: func(ctx context.Context) []Finding { return c.project(ctx, p) }})
	}
	return check.Run(ctx, missing, tasks...)
}

// open finds credentials and makes the client, or says why it cannot.
func (c *checker) open(ctx context.Context) *Finding {
	ctx, cancel := context.WithTimeout(ctx, check.Timeout)
	defer cancel()
	var err error
	if c.who, err = c.Access.find(ctx); err == nil {
		c.client, err = c.Access.client(context.WithoutCancel(ctx), c.who)
	}
	if err != nil {
		f := noCredentials(err)
		return &f
	}
	return nil
}

// noCredentials says what became of the search.
func noCredentials(err error) Finding {
	f := Finding{
		Check: checkCredentials, Level: check.Missing, Fault: check.BadCredentials, Summary: "there are no usable Google credentials",
		Detail: "looked in GOOGLE_APPLICATION_CREDENTIALS, in gcloud's application default credentials, and for the machine's own service account",
		Hint:   loginHint,
	}
	if strings.Contains(err.Error(), "GOOGLE_CREDENTIALS") || strings.Contains(err.Error(), "GOOGLE_APPLICATION_CREDENTIALS") {
		f.Detail = firstLine(err.Error())
	}
	return f
}

// credentials asks for an access token, which proves that the credentials hold.
func (c *checker) credentials(context.Context) []Finding {
	if _, err := c.who.TokenSource.Token(); err != nil {
		kind, reason := faultOf(err)
		f := Finding{Check: checkCredentials, Level: check.Missing, Fault: kind, Summary: "Google does not accept the credentials", Detail: c.who.who + ": " + reason, Hint: loginHint}
		if kind == check.Unreachable {
			f.Summary, f.Hint = "Google does not answer", unreachableHint
		}
		return []Finding{f}
	}
	return []Finding{{Check: checkCredentials, Level: check.OK, Summary: c.who.who}}
}

const unreachableHint = "look at the network and its proxies (HTTPS_PROXY), and at variables GOOGLE_…_CUSTOM_ENDPOINT"

func (c *checker) state(ctx context.Context) []Finding {
	return check.State(ctx, check.Store{URL: c.State, Quick: c.Quick, Example: "gs://my-bucket", Words: words, Unreachable: unreachableHint})
}
