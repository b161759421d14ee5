package google

import (
	"cmp"
	"context"
	"strings"
	"time"

	"google.golang.org/api/cloudbilling/v1"
	"google.golang.org/api/cloudresourcemanager/v3"
	"google.golang.org/api/composer/v1"
	"google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/iam/v1"
	"google.golang.org/api/option"
	"google.golang.org/api/serviceusage/v1"
	"google.golang.org/api/workflowexecutions/v1"
)

// Names of the variables that give a service another endpoint. They are those of
// the plugin (https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference),
// but for the executions, for which the plugin has none.
const (
	DataflowEndpoint   = "GOOGLE_DATAFLOW_CUSTOM_ENDPOINT"
	ExecutionsEndpoint = "GOOGLE_WORKFLOW_EXECUTIONS_CUSTOM_ENDPOINT"
	ProjectsEndpoint   = "GOOGLE_RESOURCE_MANAGER_V3_CUSTOM_ENDPOINT"
	ServicesEndpoint   = "GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT"
	BillingEndpoint    = "GOOGLE_CLOUD_BILLING_CUSTOM_ENDPOINT"
	ComposerEndpoint   = "GOOGLE_COMPOSER_CUSTOM_ENDPOINT"
	AccountsEndpoint   = "GOOGLE_IAM_CUSTOM_ENDPOINT"
)

// Client asks Google Cloud.
type Client struct {
	dataflow   *dataflow.Service
	executions *workflowexecutions.Service
	projects   *cloudresourcemanager.Service
	services   *serviceusage.Service
	billing    *cloudbilling.APIService
	composer   *composer.Service
	accounts   *iam.Service
	// pause is the wait before a failed question is asked again, at first.
	pause time.Duration
	// limit is how long an answer may take.
	limit time.Duration
}

// NewClient finds credentials and makes the clients. Nothing is asked yet. The
// error is a problem.Problem when there are no credentials.
func NewClient(ctx context.Context, a Access) (*Client, error) {
	who, err := a.find(ctx)
	if err != nil {
		return nil, noCredentials(err).Problem()
	}
	return a.client(ctx, who)
}

func (a Access) client(ctx context.Context, who *identity) (c *Client, err error) {
	c = &Client{pause: cmp.Or(a.Pause, time.Second), limit: 30 * time.Second}
	if c.dataflow, err = dataflow.NewService(ctx, a.options(who, DataflowEndpoint, "v1b3")...); err != nil {
		return nil, err
	}
	if c.executions, err = workflowexecutions.NewService(ctx, a.options(who, ExecutionsEndpoint, "v1")...); err != nil {
		return nil, err
	}
	if c.projects, err = cloudresourcemanager.NewService(ctx, a.options(who, ProjectsEndpoint, "v3")...); err != nil {
		return nil, err
	}
	if c.services, err = serviceusage.NewService(ctx, a.options(who, ServicesEndpoint, "v1")...); err != nil {
		return nil, err
	}
	if c.billing, err = cloudbilling.NewService(ctx, a.options(who, BillingEndpoint, "v1")...); err != nil {
		return nil, err
	}
	// The plugin asks Composer's beta version.
	if c.composer, err = composer.NewService(ctx, a.options(who, ComposerEndpoint, "v1beta1")...); err != nil {
		return nil, err
	}
	c.accounts, err = iam.NewService(ctx, a.options(who, AccountsEndpoint, "v1")...)
	return c, err
}

// options are those of one service. The plugin's endpoints end in the version, or in
// v1, which Google's clients add themselves.
func (a Access) options(who *identity, variable, version string) []option.ClientOption {
	o := []option.ClientOption{option.WithCredentials(who.Credentials), option.WithUserAgent("dorc"), option.WithTelemetryDisabled()}
	if endpoint := a.Endpoints[variable]; endpoint != "" {
		root := strings.TrimSuffix(endpoint, "/")
		root = strings.TrimSuffix(strings.TrimSuffix(root, "/"+version), "/v1")
		o = append(o, option.WithEndpoint(root+"/"))
	}
	return o
}
