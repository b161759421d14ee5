package stack

import (
	"context"
	"fmt"
	"slices"
	"sync"

	cloudaws "github.com/dorc-dev/dorc/pkg/cloud/aws"
	"github.com/dorc-dev/dorc/pkg/cloud/check"
	cloudgoogle "github.com/dorc-dev/dorc/pkg/cloud/google"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// Finding is what a look at the target found.
type Finding = check.Finding

// How bad a Finding is.
const (
	FindingOK      = check.OK
	FindingUnknown = check.Unknown
	FindingWarning = check.Warning
	FindingMissing = check.Missing
)

// looked keeps what was found, since a process asks once.
type looked struct {
	mu    sync.Mutex
	found map[string][]Finding
}

// Preflight looks whether the cloud target has what work needs, before anything
// is changed: on AWS credentials of AWS_ACCOUNT, the region and the networks of these
// environments; on Google Cloud credentials, the projects, their APIs, billing and
// permissions; and a state store. A quick look is for what changes nothing. The
// error is a problem.List of all that is missing. The local target needs nothing.
func (p *Project) Preflight(ctx context.Context, quick bool, environments ...string) ([]Finding, error) {
	if p.Settings.Target != settings.TargetCloud {
		return nil, nil
	}
	if err := p.setEndpoint(); err != nil {
		return nil, err
	}
	key := fmt.Sprint(quick, environments)
	p.looked.mu.Lock()
	defer p.looked.mu.Unlock()
	found, known := p.looked.found[key]
	if !known {
		found = p.look(ctx, quick, environments)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if p.looked.found == nil {
			p.looked.found = map[string][]Finding{}
		}
		p.looked.found[key] = found
	}
	var missing problem.List
	for _, f := range found {
		if f.Level == FindingMissing {
			missing = append(missing, f.Problem())
		}
	}
	return slices.Clone(found), missing.Err()
}

// look looks at both clouds at the same time, as far as the project has something
// there. The state is looked at once.
func (p *Project) look(ctx context.Context, quick bool, environments []string) []Finding {
	var onAWS, onGoogle []Finding
	var group sync.WaitGroup
	if p.onAWS() {
		in := cloudaws.Input{
			Account: p.Settings.AWSAccount, Region: p.Region(), Endpoint: p.Settings.AWSEndpointURL,
			State: p.stateURL(), Networks: p.networks(environments), Quick: quick,
		}
		if p.stateOnGoogle() {
			in.State = ""
		}
		group.Go(func() { onAWS = cloudaws.Check(ctx, in) })
	}
	if p.onGoogle() {
		in := cloudgoogle.Input{Access: p.googleAccess(), Projects: p.googleProjects(environments), Quick: quick}
		if p.stateOnGoogle() {
			in.State = p.stateURL()
		}
		group.Go(func() { onGoogle = cloudgoogle.Check(ctx, in) })
	}
	group.Wait()
	return append(onAWS, onGoogle...)
}

// networks are what the environments name. One whose file cannot be read is told
// of when its stack is read.
func (p *Project) networks(environments []string) (all []cloudaws.Network) {
	for _, name := range environments {
		if name == "" {
			continue
		}
		if e, err := p.Environment(name); err == nil && e.VPCID != "" {
			all = append(all, cloudaws.Network{Environment: name, VPC: e.VPCID, Subnets: e.PrivateSubnetIDs})
		}
	}
	return all
}
