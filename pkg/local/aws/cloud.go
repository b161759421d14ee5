package aws

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/awsrules"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Version is the version of pulumi-aws whose types the provider accepts.
const Version = "6.83.2"

// Provider is the local AWS. One is made per provider resource of a program.
type Provider = provider.Provider

// ResourceError says which resource an operation failed on, and why.
type ResourceError = provider.ResourceError

// Short names, for the descriptors.
type (
	kind       = provider.Kind
	operations = provider.Operations
	autoname   = provider.Autoname
	output     = provider.Output
	child      = provider.Child
	call       = provider.Call
	check      = provider.Check
	refusal    = provider.Refusal
)

//go:embed facts/resources.json
var facts []byte

// local describes AWS.
var local = provider.NewCloud(provider.Cloud{
	Name: "aws", Version: Version, Real: "a real account",
	Kinds: slices.Concat(ecrKinds, iamKinds, lambdaKinds, logKinds, eventKinds, stateMachineKinds,
		bucketKinds, networkKinds, messagingKinds),
	Facts:  facts,
	Rules:  rules,
	Config: configuration,
	Labels: provider.Labels{Property: "tags", All: []string{"tagsAll"}},
	Functions: map[tokens.ModuleMember]provider.Function{
		"aws:index/getCallerIdentity:getCallerIdentity": callerIdentity,
		"aws:index/getRegion:getRegion":                 getRegion,
		"aws:index/getPartition:getPartition":           getPartition,
		"aws:iam/getPolicyDocument:getPolicyDocument":   policyDocument,
	},
	FunctionHint: networkHint,
	Words:        asAWS,
})

// Options say which account the provider stands for.
type Options struct {
	// Account is the 12-digit account number. Default: 000000000000.
	Account string
	// Region is used where the provider's configuration has none. Default: eu-west-2.
	Region string
	// Now gives the time of creation dates. Default: time.Now.
	Now func() time.Time
}

// NewProvider makes the package "aws" over a store.
func NewProvider(store *cloud.Store, opts Options) *Provider {
	scope := provider.Scope{Account: opts.Account, Region: opts.Region}
	if scope.Account == "" {
		scope.Account = "000000000000"
	}
	if scope.Region == "" {
		scope.Region = "eu-west-2"
	}
	return provider.New(local, store, scope, opts.Now)
}

// Types returns the tokens of the resource types that the local AWS has, in order.
func Types() []tokens.Type { return local.Types() }

// rules are what AWS's APIs refuse.
func rules(t tokens.Type, in resource.PropertyMap) []plugin.CheckFailure {
	var failures []plugin.CheckFailure
	for _, f := range awsrules.Check(t, in) {
		failures = append(failures, plugin.CheckFailure{Property: resource.PropertyKey(f.Property), Reason: f.String()})
	}
	return failures
}

// asAWS renders a refusal as the AWS SDKs do: "creating ECR Repository (name):
// operation error ECR: CreateRepository, https response error StatusCode: 400, …".
func asAWS(e *ResourceError, r *refusal) string {
	return fmt.Sprintf("%s (%s): operation error %s: %s, https response error StatusCode: %d, %s: %s",
		e.Action, e.ID, e.Service, e.Operation, r.Status, r.Code, r.Message)
}
