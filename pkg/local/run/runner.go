package run

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/asl"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Documents is what the runner needs of the local cloud's store; *cloud.Store is one.
type Documents interface {
	// Get returns a resource's document, or cloud.ErrNotFound.
	Get(typ, id string) (*cloud.Document, error)
	// List returns the documents of a type.
	List(typ string) ([]*cloud.Document, error)
	// Layout says where the local cloud keeps its things.
	Layout() cloud.Layout
}

// Options says how a Runner works.
type Options struct {
	// Account is the AWS account's number; default "000000000000".
	Account string
	// Region is the AWS region; default "eu-west-2".
	Region string
	// Python is a Python interpreter's path; empty means the one of the image's minor version (3.12 by
	// default), or the newest python3 found in PATH.
	Python string
	// Cache is a folder for what can be made again: unpacked layers, Python environments, bytecode. Projects may
	// share it. Default: the cache folder of the local cloud.
	Cache string
	// Container runs the functions in containers of docker or podman instead of with the host's Python.
	Container bool
	// Complete returns the complete image, with the layers of its base, for one of the local cloud's. It is asked once
	// for each image that the engine does not have. Nil means that the local cloud's images are complete.
	Complete func(ctx context.Context, repository, digest string) (v1.Image, error)
}

// Runner executes applied state machines and workflows. It may be used for several runs, also at once.
type Runner struct {
	documents Documents
	options   Options
}

// New makes a runner on the store of a local cloud.
func New(documents Documents, opts Options) (*Runner, error) {
	if documents == nil {
		return nil, errors.New("the runner needs the local cloud's store")
	}
	opts.Account = cmp.Or(opts.Account, "000000000000")
	opts.Region = cmp.Or(opts.Region, "eu-west-2")
	opts.Cache = cmp.Or(opts.Cache, documents.Layout().Cache(""))
	var err error
	if opts.Cache, err = filepath.Abs(opts.Cache); err != nil { // functions run in folders of their own
		return nil, err
	}
	return &Runner{documents: documents, options: opts}, nil
}

// cache is the folder of one kind of things that can be made again.
func (r *Runner) cache(kind string) string { return filepath.Join(r.options.Cache, kind) }

// Run executes a state machine, given by name or ARN, or a workflow, given by its whole name
// (projects/…/locations/…/workflows/…), to its end. on, if set, hears of each event, one at a
// time. The execution is returned also when it failed or the context ended it; the error is for what kept it
// from starting: a definition that cannot be executed, an image or a requirement that is not there.
func (r *Runner) Run(ctx context.Context, stateMachine string, input json.RawMessage, on func(Event)) (*Execution, error) {
	if len(input) == 0 {
		input = json.RawMessage("{}")
	}
	value, err := asl.Decode(input)
	if err != nil {
		return nil, problem.Problem{Resource: "input", Summary: "the input is not JSON", Detail: err.Error()}
	}
	if on == nil {
		on = func(Event) {}
	}
	if isWorkflow(stateMachine) {
		return r.runWorkflow(ctx, stateMachine, input, on)
	}
	if len(input) > maxInput {
		return nil, problem.Problem{Resource: "input", Summary: "the input is too large",
			Detail: fmt.Sprintf("It has %d bytes; Step Functions takes at most %d.", len(input), maxInput)}
	}
	plan, err := r.plan(stateMachine)
	if err != nil {
		return nil, err
	}
	s := &session{runner: r, plan: plan, events: &sync.Mutex{}}
	record, err := s.begin(plan.root, value, "", nil, on)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, record); err != nil {
		status, cause := Failed, "States.Runtime"
		if ctx.Err() != nil {
			status, cause = Aborted, ""
		}
		return nil, errors.Join(err, record.end(status, nil, cause, err.Error()), s.close())
	}
	execution, err := s.execute(ctx, plan.root, value, record)
	return execution, errors.Join(err, s.close())
}

// maxInput is the limit of an execution's input, 256 KiB
// (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
const maxInput = 256 * 1024

// now is the time that events carry.
func now() time.Time { return time.Now().UTC() }
