package run

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/local/run/s3"
)

// session is one run with the executions it starts: their functions' environments and the S3 endpoint.
type session struct {
	runner   *Runner
	plan     *plan
	endpoint *s3.Endpoint
	rules    *rules
	// events orders what executions and functions report at the same time.
	events sync.Mutex

	mu    sync.Mutex
	pools map[string]*lambda.Pool
	// pythons has the interpreters found, by wanted version.
	pythons map[string]python.Interpreter
}

// prepare starts the endpoint and makes every function ready.
func (s *session) prepare(ctx context.Context, record *record) error {
	if err := lambda.Supported(); err != nil && len(s.plan.functions) > 0 {
		return err
	}
	var err error
	if s.rules, err = s.runner.rules(record.preparing); err != nil {
		return err
	}
	s.endpoint, err = s3.Start(s.runner.documents.Layout().Buckets(), buckets{s.runner.documents}, func(o s3.Object) { s.object(record, o) })
	if err != nil {
		return err
	}
	s.pools, s.pythons = map[string]*lambda.Pool{}, map[string]python.Interpreter{}
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

// interpreter finds the Python for a minor version, once.
func (s *session) interpreter(ctx context.Context, version string, record *record) (python.Interpreter, error) {
	if found, ok := s.pythons[version]; ok {
		return found, nil
	}
	found, err := python.Find(ctx, s.runner.options.Python, version)
	if err != nil {
		return found, err
	}
	if found.MinorVersion() != version {
		record.preparing("python", "the functions' image has Python "+version+"; they run with Python "+found.Version()+" ("+found.Path+")")
	}
	s.pythons[version] = found
	return found, nil
}

// image finds and unpacks a function's image.
func (s *session) image(ctx context.Context, name, uri string, record *record) (*rootfs.Image, string, error) {
	repository, digest, err := imageReference(name, uri)
	if err != nil {
		return nil, "", err
	}
	layout := s.runner.documents.Layout()
	image, err := rootfs.Open(layout.Images(repository), digest)
	if err != nil {
		return nil, "", imageProblem(name, err)
	}
	cache := layout.Cache("images")
	if !rootfs.Unpacked(cache, digest) {
		record.preparing("image of "+name, "unpacking "+digest)
	}
	folder, err := image.Unpack(ctx, cache)
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder) // as Python names the files in its tracebacks
	}
	if err != nil {
		return nil, "", imageProblem(name, err)
	}
	return image, folder, nil
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
