package gcp

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Version is the version of pulumi-gcp whose types the provider accepts.
const Version = "7.38.0"

// The scope of a provider that is told none.
const (
	// StandInProject is a project that exists nowhere.
	StandInProject = "local-project"
	// StandInRegion is London, as that of the local AWS.
	StandInRegion = "europe-west2"
)

// Provider is the local Google Cloud. One is made per provider resource of a program.
type Provider = provider.Provider

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
	// object is plain JSON.
	object = map[string]any
)

//go:embed facts/resources.json
var facts []byte

// local describes Google Cloud.
var local = provider.NewCloud(provider.Cloud{
	Name: "gcp", Version: Version, Real: "a real project",
	Kinds: slices.Concat(projectKinds, accountKinds, storageKinds, registryKinds, workflowKinds, schedulerKinds,
		secretKinds, networkKinds, firewallKinds, natKinds, composerKinds,
		bigqueryKinds),
	Facts:     facts,
	Rules:     rules,
	Config:    configuration,
	Labels:    provider.Labels{Property: "labels", All: []string{"effectiveLabels", "pulumiLabels"}},
	Functions: functions,
	Words:     words,
})

// Options say which project the provider stands for.
type Options struct {
	// Project is used where neither a resource nor the provider's configuration
	// names one. Default: StandInProject.
	Project string
	// Region is used in the same way. Default: StandInRegion.
	Region string
	// External reports whether someone else manages a service account, by its
	// address. Such an account is taken to exist. Default: there is none.
	External func(email string) bool
	// Now gives the time of creation dates. Default: time.Now.
	Now func() time.Time
}

// attached is what the provider keeps beside the store.
type attached struct {
	objects  objectStore
	external func(string) bool
}

// NewProvider makes the package "gcp" over a store.
func NewProvider(store *cloud.Store, opts Options) (*Provider, error) {
	scope := provider.Scope{Account: opts.Project, Region: opts.Region}
	if scope.Account == "" {
		scope.Account = StandInProject
	}
	if scope.Region == "" {
		scope.Region = StandInRegion
	}
	if opts.External == nil {
		opts.External = func(string) bool { return false }
	}
	files, err := openObjects(store)
	if err != nil {
		return nil, err
	}
	p := provider.New(local, store, scope, opts.Now)
	p.Attached = attached{objects: files, external: opts.External}
	return p, nil
}

// of is what the provider of a call keeps beside the store.
func of(c *call) attached {
	a, _ := c.P.Attached.(attached)
	return a
}

// Types returns the tokens of the resource types that the local Google Cloud has, in order.
func Types() []tokens.Type { return local.Types() }

// rules are what Google's APIs refuse.
func rules(t tokens.Type, in resource.PropertyMap) []plugin.CheckFailure {
	var failures []plugin.CheckFailure
	for _, f := range googlerules.Check(t, in) {
		failures = append(failures, plugin.CheckFailure{Property: resource.PropertyKey(f.Property), Reason: f.String()})
	}
	return failures
}

// words renders a refusal as Google's client library does: "creating Storage Bucket
// (name): googleapi: Error 409: …, conflict".
func words(e *provider.ResourceError, r *refusal) string {
	return fmt.Sprintf("%s (%s): googleapi: Error %d: %s, %s", e.Action, e.ID, r.Status, r.Message, r.Code)
}
