package dataflow

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
)

// Options are what the service needs of others.
type Options struct {
	// Read returns the content of an object, such as a template's. An error's text goes into the API's answer. Required.
	Read func(bucket, key string) ([]byte, error)
	// Prepare makes a job's program ready to run: its interpreter and main program, which the job's options follow. say hears lines of progress. Required.
	Prepare func(ctx context.Context, job Job, template *flextemplate.Template, say func(string)) (*process.Program, error)
	// On hears of each change of a job's state and, with a message, of each line, one at a time for each job. Required.
	On func(job Job, message *Message)
	// Explain tells what else is known of why a job failed; nil for nothing.
	Explain func(Job) string
	// Now is the time; nil for time.Now.
	Now func() time.Time
}

// Service is the stand-in. It answers requests for any project and region.
type Service struct {
	options Options
	// ctx ends every job.
	ctx  context.Context
	stop context.CancelFunc

	mu   sync.Mutex
	jobs []*job
	// working counts the jobs that run.
	working sync.WaitGroup
}

// New makes a service whose jobs end with the context.
func New(ctx context.Context, o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Service{options: o}
	s.ctx, s.stop = context.WithCancel(ctx)
	return s
}

// Close ends every job that runs and waits for the ends of their processes.
func (s *Service) Close() {
	s.stop()
	s.working.Wait()
}

// Wait waits until every job has ended by itself, or the context ends.
func (s *Service) Wait(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.working.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Running are the jobs that have not ended.
func (s *Service) Running() (all []Job) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if !j.Job.Ended() {
			all = append(all, j.Job)
		}
	}
	return all
}

// ServeHTTP answers as https://dataflow.googleapis.com does.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := s.answer(r)
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, http.StatusOK, out)
}

// answer finds who answers: /v1b3/projects/<project>[/locations/<region>]/<method>.
func (s *Service) answer(r *http.Request) (any, error) {
	words := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(words) < 4 || words[0] != "v1b3" || words[1] != "projects" {
		return nil, unknown(r)
	}
	at := place{project: words[2]}
	words = words[3:]
	if len(words) > 2 && words[0] == "locations" {
		at.region, words = words[1], words[2:]
	}
	switch {
	case len(words) == 1 && words[0] == "flexTemplates:launch" && r.Method == http.MethodPost:
		return s.launch(at, r)
	case len(words) == 1 && (words[0] == "jobs" || words[0] == "jobs:aggregated") && r.Method == http.MethodGet:
		return s.list(at, r.URL.Query())
	case len(words) == 2 && words[0] == "jobs" && r.Method == http.MethodGet:
		return s.get(at, words[1])
	case len(words) == 2 && words[0] == "jobs" && r.Method == http.MethodPut:
		return s.update(at, words[1], r)
	case len(words) == 3 && words[0] == "jobs" && words[2] == "messages" && r.Method == http.MethodGet:
		return s.messages(at, words[1], r.URL.Query())
	}
	return nil, unknown(r)
}

// place is where a request looks; an empty region is every one.
type place struct{ project, region string }
