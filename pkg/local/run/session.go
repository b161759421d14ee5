package run

import (
	"context"
	"errors"
	"sync"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/container"
	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/s3"
)

// session is one run with the executions it starts: their functions' environments and the S3 endpoint.
type session struct {
	runner   *Runner
	plan     *plan
	endpoint *s3.Endpoint
	rules    *rules
	// events orders what executions and functions report at the same time.
	events *sync.Mutex

	mu    sync.Mutex
	pools map[string]*lambda.Pool
	// pythons has the interpreters found, by wanted version, said what was said once.
	pythons map[string]python.Interpreter
	said    map[string]bool
	// engine runs the functions in containers; nil for the host's Python.
	engine *container.Engine
}

// prepare starts the endpoint and makes every function ready.
func (s *session) prepare(ctx context.Context, record *record) error {
	err := s.supported(ctx, record)
	if err != nil {
		return err
	}
	if s.rules, err = s.runner.rules(record.preparing); err != nil {
		return err
	}
	store, err := objects.New(s.runner.documents.Layout().Buckets(), buckets{s.runner.documents})
	if err != nil {
		return err
	}
	if s.endpoint, err = s3.Start(store, func(o s3.Object) { s.object(record, o) }); err != nil {
		return err
	}
	s.pools, s.pythons, s.said = map[string]*lambda.Pool{}, map[string]python.Interpreter{}, map[string]bool{}
	for _, name := range sortedKeys(s.plan.functions) {
		if _, err := s.pool(ctx, name, s.plan.functions[name], record); err != nil {
			return err
		}
	}
	return nil
}

// pool returns a function's environments, and makes the function ready when it was not.
func (s *session) pool(ctx context.Context, name string, doc *cloud.Document, record *record) (*lambda.Pool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pools[name]; p != nil {
		return p, nil
	}
	f, err := s.ready(ctx, name, doc, record)
	if err != nil {
		return nil, err
	}
	p := lambda.NewPool(f)
	s.pools[name] = p
	return p, nil
}

// close ends every process and the endpoint.
func (s *session) close() error {
	var errs []error
	for _, name := range sortedKeys(s.pools) {
		errs = append(errs, s.pools[name].Close())
	}
	if s.endpoint != nil {
		errs = append(errs, s.endpoint.Close())
	}
	return errors.Join(errs...)
}

// temporary is where handlers' temporary files go.
func (s *session) temporary() string {
	return s.runner.documents.Layout().Cache("tmp")
}
