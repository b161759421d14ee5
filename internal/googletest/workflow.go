package googletest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Workflow is a workflow with how its executions go.
type Workflow struct {
	// Ticks are the states of an execution, one for each time that somebody asks for
	// it. After the last one it stays as it is.
	Ticks []Tick
	// JobName is that of the jobs that it launches, before the number; Streaming their
	// kind; Labels are those besides dorc's own.
	JobName   string
	Streaming bool
	Labels    map[string]string
	// Unlabelled leaves out dorc's own labels.
	Unlabelled bool
	// Project and Region are the workflow's, from its name.
	project, region, id string
}

// Tick is a moment of an execution.
type Tick struct {
	// Step is the step that runs, <subworkflow>.<step>. Default: none.
	Step string
	// Job is the state of the Dataflow job, without its prefix; at the first one it is
	// launched. Default: it is as before.
	Job string
	// Messages are what the job says, as "ERROR: text". Default: none.
	Messages []string
	// State ends the execution: SUCCEEDED or FAILED, with this result or payload, as
	// JSON. Text $job and $name are the job's id and name. Default: it goes on.
	State   string
	Result  string
	Payload string
}

type execution struct {
	name, argument, created string
	workflow                *Workflow
	tick                    int
	state                   string
	job                     *Job
	ended                   Tick
}

// AddWorkflow makes a workflow, projects/…/locations/…/workflows/….
func (s *Server) AddWorkflow(name string, w Workflow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.Split(name, "/")
	w.project, w.region, w.id = words[1], words[3], words[5]
	s.workflows[name] = &w
}

// Arguments are those of the executions, in their order of creation.
func (s *Server) Arguments() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 1; i <= len(s.executions); i++ {
		for _, e := range s.executions {
			if strings.HasSuffix(e.name, fmt.Sprintf("/%08d-execution", i)) {
				all = append(all, e.argument)
			}
		}
	}
	return all
}

func (s *Server) workflowExecutions(w http.ResponseWriter, r *http.Request, rest string) {
	workflow, of, _ := strings.Cut(rest, "/executions")
	switch {
	case s.workflows[workflow] == nil:
		denied(w, "workflows.executions.create", workflow)
	case of == "" && r.Method == http.MethodPost:
		var asked struct{ Argument string }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Argument != "" && !json.Valid([]byte(asked.Argument)) {
			refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "argument must be valid JSON", nil)
			return
		}
		e := &execution{
			name:     fmt.Sprintf("%s/executions/%08d-execution", workflow, len(s.executions)+1),
			argument: asked.Argument, created: s.clock(), workflow: s.workflows[workflow], state: "ACTIVE",
		}
		s.executions[e.name] = e
		reply(w, e.document())
	default:
		name, verb, _ := strings.Cut(rest, ":")
		e := s.executions[name]
		switch {
		case e == nil:
			notFound(w, name)
		case verb == "cancel" && e.state != "ACTIVE":
			refuse(w, http.StatusBadRequest, "FAILED_PRECONDITION", "execution is not in ACTIVE state", nil)
		case verb == "cancel":
			e.state, e.ended = "CANCELLED", Tick{Payload: `"The execution was cancelled."`}
			reply(w, e.document())
		default:
			s.advance(e)
			reply(w, e.document())
		}
	}
}

// advance goes on by one tick. A job that somebody cancelled makes the workflow fail,
// as dorc's own does.
func (s *Server) advance(e *execution) {
	if e.state != "ACTIVE" {
		return
	}
	if e.job != nil && e.job.asked != "" {
		e.job.State = map[string]string{"CANCELLED": "CANCELLED", "DRAINED": "DRAINED"}[e.job.asked]
		if e.job.State == "CANCELLED" {
			e.state, e.ended = "FAILED", Tick{Payload: fmt.Sprintf(`{"message":"The job %s is cancelled."}`, e.job.Name)}
		} else {
			e.state, e.ended = "SUCCEEDED", Tick{Result: fmt.Sprintf(`{"job_id":%q,"job_name":%q,"state":"JOB_STATE_DRAINED"}`, e.job.ID, e.job.Name)}
		}
		return
	}
	if e.tick >= len(e.workflow.Ticks) {
		return
	}
	t := e.workflow.Ticks[e.tick]
	e.tick++
	if t.Job != "" && e.job == nil {
		e.job = s.launch(e)
	}
	if e.job != nil {
		if t.Job != "" && t.Job != e.job.State {
			e.job.State, e.job.changed = t.Job, s.clock()
		}
		for _, m := range t.Messages {
			e.job.say(s.clock(), m)
		}
	}
	if t.State != "" {
		e.state, e.ended = t.State, t
		if e.job != nil {
			names := strings.NewReplacer("$job", e.job.ID, "$name", e.job.Name)
			e.ended.Result, e.ended.Payload = names.Replace(t.Result), names.Replace(t.Payload)
		}
	}
}

// launch makes the job of an execution.
func (s *Server) launch(e *execution) *Job {
	labels := map[string]string{}
	for key, value := range e.workflow.Labels {
		labels[key] = value
	}
	if !e.workflow.Unlabelled {
		labels["dorc-workflow"], labels["dorc-execution"] = e.workflow.id, e.name[strings.LastIndexByte(e.name, '/')+1:]
	}
	return s.newJob(Job{
		Project: e.workflow.project, Region: e.workflow.region, Name: fmt.Sprintf("%s-%d", e.workflow.JobName, 1767323045+len(s.jobs)),
		Streaming: e.workflow.Streaming, Labels: labels,
	})
}

func (e *execution) document() map[string]any {
	doc := map[string]any{"name": e.name, "argument": e.argument, "state": e.state, "createTime": e.created, "startTime": e.created, "workflowRevisionId": "000001-abc"}
	if e.state == "ACTIVE" && e.tick > 0 && e.workflow.Ticks[e.tick-1].Step != "" {
		routine, step, _ := strings.Cut(e.workflow.Ticks[e.tick-1].Step, ".")
		doc["status"] = map[string]any{"currentSteps": []any{map[string]string{"routine": routine, "step": step}}}
	}
	if e.state != "ACTIVE" {
		doc["duration"] = "184.5s"
	}
	if e.ended.Result != "" {
		doc["result"] = e.ended.Result
	}
	if e.ended.Payload != "" {
		doc["error"] = map[string]any{
			"payload": e.ended.Payload, "context": "in step \"raise_failed\", routine \"main\", line: 42",
			"stackTrace": map[string]any{"elements": []any{map[string]any{"step": "raise_failed", "routine": "main"}}},
		}
	}
	return doc
}
