package recorded

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Call is one call of a provider.
type Call struct {
	// Method is the call's name, such as "Create".
	Method string
	// Preview says that nothing was to change.
	Preview bool
	// URN, Type and Name are the resource's; empty for calls about the provider itself.
	URN  resource.URN
	Type tokens.Type
	Name string
	// ID is the resource's ID after the call, when it has one.
	ID resource.ID
	// Inputs are what was given, and Outputs what was answered.
	Inputs, Outputs resource.PropertyMap
	// Diff is the answer to a Diff.
	Diff plugin.DiffResponse
	// Failures are the answer to a Check.
	Failures []plugin.CheckFailure
}

// Recorder makes recorded providers and keeps what they were asked, in order.
type Recorder struct {
	options Options
	pack    *pack
	schemas map[tokens.Type]schema

	mutex sync.Mutex
	calls []Call
	// resources are what was created, by type and ID.
	resources map[string]resource.PropertyMap
}

type schema struct {
	inputs   object
	computed map[string]bool
}

// Options are what the real provider would find out by asking its cloud.
type Options struct {
	// Package is "aws" or "gcp". Default: aws.
	Package string
	// Account is the AWS account of the credentials, 12 digits.
	Account string
	// Facts are those of the real provider.
	Facts Facts
	// Registry is the host of image repositories. Default: ECR's.
	Registry string
}

// New makes a recorder. It fails when the facts lack a type.
func New(o Options) (*Recorder, error) {
	if o.Package == "" {
		o.Package = "aws"
	}
	r := &Recorder{options: o, pack: packs[o.Package], schemas: map[tokens.Type]schema{}, resources: map[string]resource.PropertyMap{}}
	if r.pack == nil {
		return nil, fmt.Errorf("nothing is recorded of %s", o.Package)
	}
	for token, t := range r.pack.types {
		inputs, computed, err := t.schema(o.Facts)
		if err != nil {
			return nil, err
		}
		r.schemas[token] = schema{inputs, computed}
	}
	return r, nil
}

// Provider is a new provider, as an engine asks for one per operation.
func (r *Recorder) Provider() (plugin.Provider, error) { return &provider{recorder: r}, nil }

func (r *Recorder) record(c Call) {
	c.Type, c.Name = "", ""
	if c.URN != "" {
		c.Type, c.Name = c.URN.Type(), c.URN.Name()
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.calls = append(r.calls, c)
}

// Calls are those of a method so far, in order.
func (r *Recorder) Calls(method string, preview bool) []Call {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var found []Call
	for _, c := range r.calls {
		if c.Method == method && c.Preview == preview {
			found = append(found, c)
		}
	}
	return found
}

// Forget drops the calls so far; what was created stays.
func (r *Recorder) Forget() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.calls = nil
}

// Sorted orders calls by type and name: the engine makes many at a time.
func Sorted(calls []Call) []Call {
	return slices.SortedStableFunc(slices.Values(calls), func(a, b Call) int {
		return strings.Compare(string(a.Type)+"\x00"+a.Name, string(b.Type)+"\x00"+b.Name)
	})
}

func (r *Recorder) keep(t tokens.Type, id resource.ID, outputs resource.PropertyMap) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.resources[string(t)+"\x00"+string(id)] = outputs
}

func (r *Recorder) kept(t tokens.Type, id resource.ID) resource.PropertyMap {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.resources[string(t)+"\x00"+string(id)]
}
