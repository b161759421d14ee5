package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// Finding is what a check found.
type Finding = check.Finding

// Input says what the stacks need.
type Input struct {
	// Account is the account that the credentials must be of, twelve digits.
	Account string
	// Region is where the stacks live.
	Region string
	// Endpoint is another endpoint of every service. Default: AWS's own.
	Endpoint string
	// State is the URL of the state store, as for pkg/state's Open. Default: it is
	// not looked at.
	State string
	// Networks are those that environments name. Default: none.
	Networks []Network
	// Quick leaves out what only matters to changes: the region, the networks, and
	// whether the state can be written.
	Quick bool
}

// Network is what an environment says of its network.
type Network struct {
	// Environment names it.
	Environment string
	// VPC is its id; Subnets are the ids of its subnets.
	VPC     string
	Subnets []string
}

// identityAPI and networkAPI are what is asked of AWS.
type identityAPI interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

type networkAPI interface {
	DescribeRegions(context.Context, *ec2.DescribeRegionsInput, ...func(*ec2.Options)) (*ec2.DescribeRegionsOutput, error)
	DescribeVpcs(context.Context, *ec2.DescribeVpcsInput, ...func(*ec2.Options)) (*ec2.DescribeVpcsOutput, error)
	DescribeSubnets(context.Context, *ec2.DescribeSubnetsInput, ...func(*ec2.Options)) (*ec2.DescribeSubnetsOutput, error)
}

// checker has one run's input and its clients.
type checker struct {
	Input
	credentials aws.CredentialsProvider
	identity    identityAPI
	network     networkAPI
	// home asks for regions, which every partition answers in one of its own.
	home networkAPI
}

// Check looks at everything at the same time, each thing for at most ten seconds,
// and returns a finding for each in a fixed order. Credentials are found as by the
// AWS CLI. What cannot be looked at because credentials are missing, or because
// nothing answers, is Unknown: its cause is told once.
func Check(ctx context.Context, in Input) []Finding {
	options := []func(*config.LoadOptions) error{
		config.WithRegion(in.Region), config.WithRetryMaxAttempts(2),
	}
	if in.Endpoint != "" {
		options = append(options, config.WithBaseEndpoint(in.Endpoint))
	}
	c, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return []Finding{{
			Check: checkCredentials, Level: check.Missing, Summary: "the AWS configuration cannot be read",
			Detail: err.Error(), Hint: "look at AWS_PROFILE and ~/.aws/config",
		}}
	}
	home := c.Copy()
	home.Region = homeOf(in.Region)
	return checker{
		Input: in, credentials: c.Credentials,
		identity: sts.NewFromConfig(c), network: ec2.NewFromConfig(c), home: ec2.NewFromConfig(home),
	}.check(ctx)
}

func (c checker) tasks() []check.Task {
	tasks := []check.Task{{Name: checkCredentials, Credentials: true, Run: c.account}}
	if !c.Quick {
		tasks = append(tasks, check.Task{Name: checkRegion, Credentials: true, Run: c.region})
	}
	if c.State != "" {
		tasks = append(tasks, check.Task{Name: check.StateName, Credentials: c.stateNeedsCredentials(), Run: c.state})
	}
	if c.Quick {
		return tasks
	}
	for _, n := range c.Networks {
		tasks = append(tasks, check.Task{Name: n.check(), Credentials: true, Run: func(ctx context.Context) []Finding { return c.networkOf(ctx, n) }})
	}
	return tasks
}

func (c checker) check(ctx context.Context) []Finding {
	retrieving, cancel := context.WithTimeout(ctx, check.Timeout)
	defer cancel()
	var missing *Finding
	if _, err := c.credentials.Retrieve(retrieving); err != nil {
		f := noCredentials(err)
		missing = &f
	}
	return check.Run(ctx, missing, c.tasks()...)
}
