package dataflow

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/dorc-dev/dorc/pkg/flextemplate"
)

// The states of a job that the service knows
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#jobstate).
const (
	Queued     = "JOB_STATE_QUEUED"
	Running    = "JOB_STATE_RUNNING"
	Done       = "JOB_STATE_DONE"
	Failed     = "JOB_STATE_FAILED"
	Cancelling = "JOB_STATE_CANCELLING"
	Cancelled  = "JOB_STATE_CANCELLED"
	Draining   = "JOB_STATE_DRAINING"
	Drained    = "JOB_STATE_DRAINED"
	Updated    = "JOB_STATE_UPDATED"
)

var ended = []string{Done, Failed, Cancelled, Drained, Updated}

// Job is a job as it was at one moment.
type Job struct {
	// ID is as Dataflow makes it, Name what the launch says.
	ID, Name        string
	Project, Region string
	// Template is where the template was read.
	Template   string
	Parameters map[string]string
	Labels     map[string]string
	// TempLocation and StagingLocation are the launch's own or the template's.
	TempLocation, StagingLocation string
	Streaming                     bool
	State                         string
	// Created is when it was launched, Changed when it came into its state.
	Created, Changed time.Time
}

// Ended tells that the job does not go on.
func (j Job) Ended() bool { return slices.Contains(ended, j.State) }

// job is a job with what it does.
type job struct {
	Job
	template *flextemplate.Template
	messages []Message
	// dropped is how many messages were forgotten.
	dropped int
	// cancel ends its process; finished is closed when that has ended.
	cancel   context.CancelFunc
	finished chan struct{}
	// wanted is the state in which it is to end after cancel.
	wanted string
}

// newID makes an identifier such as 2026-01-31_04_05_06-1234567890123456789.
func newID(now time.Time) string {
	n, _ := rand.Int(rand.Reader, big.NewInt(9e18)) // never fails
	return fmt.Sprintf("%s-%019d", now.UTC().Format("2006-01-02_15_04_05"), n)
}

// resource is the job as the API gives it
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#Job). A list has no labels.
func (j Job) resource(listed bool) map[string]any {
	kind := "JOB_TYPE_BATCH"
	if j.Streaming {
		kind = "JOB_TYPE_STREAMING"
	}
	out := map[string]any{
		"id": j.ID, "projectId": j.Project, "name": j.Name, "type": kind, "location": j.Region,
		"currentState": j.State, "currentStateTime": instant(j.Changed), "createTime": instant(j.Created), "startTime": instant(j.Created),
	}
	if !listed && len(j.Labels) > 0 {
		out["labels"] = j.Labels
	}
	return out
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// become changes a job's state, and tells it. It is false when the job has ended already. Callers hold no lock.
func (s *Service) become(j *job, state string) bool {
	s.mu.Lock()
	if j.Job.Ended() || j.State == state {
		s.mu.Unlock()
		return false
	}
	j.State, j.Changed = state, s.options.Now().UTC()
	now := j.Job
	s.mu.Unlock()
	s.options.On(now, nil)
	return true
}

// find finds a job by its identifier.
func (s *Service) find(at place, id string) (*job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if j.ID == id && j.Project == at.project && (at.region == "" || j.Region == at.region) {
			return j, nil
		}
	}
	return nil, refuse(404, "NOT_FOUND", "Information about job %s could not be found in our system. Please double check the id is correct.", id)
}
