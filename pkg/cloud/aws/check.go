package aws

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// timeout is how long one check may take.
const timeout = 10 * time.Second

// Input says what the stacks need.
type Input struct {
	// Account is the account that the credentials must be of, twelve digits.
	Account string
	// Region is where the stacks live.
	Region string
	// Endpoint is another endpoint of every service. Default: AWS's own.
	Endpoint string
	// State is the URL of the state store, as for pkg/state's Open.
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
			Check: checkCredentials, Level: Missing, Summary: "the AWS configuration cannot be read",
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

// task is one check, which needs AWS credentials or not.
type task struct {
	name        string
	credentials bool
	run         func(context.Context) []Finding
}

func (c checker) tasks() []task {
	state := task{checkState, c.stateNeedsCredentials(), c.state}
	if c.Quick {
		return []task{{checkCredentials, true, c.account}, state}
	}
	tasks := []task{{checkCredentials, true, c.account}, {checkRegion, true, c.region}, state}
	for _, n := range c.Networks {
		tasks = append(tasks, task{n.check(), true, func(ctx context.Context) []Finding { return c.networkOf(ctx, n) }})
	}
	return tasks
}

func (c checker) check(ctx context.Context) []Finding {
	retrieving, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, noneErr := c.credentials.Retrieve(retrieving)
	tasks := c.tasks()
	found := make([][]Finding, len(tasks))
	var group sync.WaitGroup
	for i, t := range tasks {
		switch {
		case noneErr != nil && i == 0:
			found[i] = []Finding{noCredentials(noneErr)}
		case noneErr != nil && t.credentials:
			found[i] = []Finding{{Check: t.name, fault: badCredentials}}
		default:
			group.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, timeout)
				defer cancel()
				found[i] = t.run(ctx)
			})
		}
	}
	group.Wait()
	return once(found)
}

// once tells a cause that concerns everything with the first finding alone.
func once(found [][]Finding) (all []Finding) {
	first := found[0][0]
	all = append(all, found[0]...)
	for _, list := range found[1:] {
		for _, f := range list {
			if first.Level == Missing && (f.fault == badCredentials || f.fault == unreachable) && f.fault == first.fault {
				f = Finding{Check: f.Check, Level: Unknown, Summary: fmt.Sprintf("it needs %s first", first.Check), fault: f.fault}
			}
			all = append(all, f)
		}
	}
	return all
}
