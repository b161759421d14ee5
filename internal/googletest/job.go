package googletest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Job is a Dataflow job.
type Job struct {
	// Project and Region have it.
	Project, Region string
	// ID is Google's. Default: made up.
	ID string
	// Name is its name, State its state without prefix.
	Name, State string
	// Streaming tells it from a batch job.
	Streaming bool
	// Labels are the user's.
	Labels map[string]string

	created, changed string
	messages         []map[string]string
	asked            string
	// ahead are the states that it goes through, one for each look.
	ahead []string
}

// Launches says how jobs go that a flex template launches: they are in the first
// state, and in the next one after each look at them. Default: RUNNING.
func (s *Server) Launches(states ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.launches = states
}

// AddJob makes a job, and returns its id.
func (s *Server) AddJob(j Job, messages ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.newJob(j)
	for _, m := range messages {
		made.say(s.clock(), m)
	}
	return made.ID
}

func (s *Server) newJob(j Job) *Job {
	j.created = s.clock()
	j.changed = j.created
	if j.ID == "" {
		j.ID = fmt.Sprintf("2026-01-02_03_04_05-%d", 9000+len(s.jobs))
	}
	s.jobs = append(s.jobs, &j)
	return &j
}

// say adds a message, "IMPORTANCE: text".
func (j *Job) say(at, text string) {
	importance, message, _ := strings.Cut(text, ": ")
	j.messages = append(j.messages, map[string]string{
		"id": strconv.Itoa(len(j.messages)), "time": at, "messageText": message, "messageImportance": "JOB_MESSAGE_" + importance,
	})
}

// importances in the order in which minimumImportance compares them.
var importances = "DEBUG DETAILED BASIC WARNING ERROR"

// pageSize is how many jobs or messages a page has, whatever is asked for: the
// service may give fewer.
const pageSize = 2

func (s *Server) dataflow(w http.ResponseWriter, r *http.Request, rest string) {
	words := strings.Split(rest, "/") // projects, p, locations, l, jobs, id, messages
	if len(words) == 5 && words[4] == "flexTemplates:launch" {
		s.launchTemplate(w, r, words[1], words[3])
		return
	}
	if len(words) < 5 || words[2] != "locations" || words[4] != "jobs" {
		notFound(w, rest)
		return
	}
	if len(words) == 5 {
		s.listJobs(w, r, words[1], words[3])
		return
	}
	var job *Job
	for _, j := range s.jobs {
		if j.ID == words[5] && j.Project == words[1] && j.Region == words[3] {
			job = j
		}
	}
	switch {
	case job == nil:
		refuse(w, http.StatusNotFound, "NOT_FOUND", "(e40078c2d6c55f1e): Information about job "+words[5]+" could not be found in our system. Please double check the id is correct. If it is please contact customer support.", nil)
	case len(words) == 7:
		job.listMessages(w, r)
	case r.Method == http.MethodPut:
		job.update(w, r)
	default:
		switch {
		case job.asked != "":
			job.State = job.asked
		case len(job.ahead) > 0:
			job.State, job.ahead, job.changed = job.ahead[0], job.ahead[1:], s.clock()
		}
		reply(w, job.document(r.URL.Query().Get("view") == "JOB_VIEW_DESCRIPTION"))
	}
}

func (s *Server) launchTemplate(w http.ResponseWriter, r *http.Request, project, region string) {
	var asked struct {
		LaunchParameter struct {
			JobName, ContainerSpecGcsPath string
			Environment                   struct{ AdditionalUserLabels map[string]string }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.LaunchParameter.ContainerSpecGcsPath == "" {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "Unable to open template file", nil)
		return
	}
	states := s.launches
	if len(states) == 0 {
		states = []string{"RUNNING"}
	}
	job := s.newJob(Job{
		Project: project, Region: region, Name: asked.LaunchParameter.JobName, State: states[0],
		Labels: asked.LaunchParameter.Environment.AdditionalUserLabels, ahead: states[1:],
	})
	reply(w, map[string]any{"job": job.document(true)})
}

func (s *Server) listJobs(w http.ResponseWriter, r *http.Request, project, region string) {
	var fit []any
	for _, j := range s.jobs {
		ended := strings.Contains("DONE FAILED CANCELLED UPDATED DRAINED", j.State)
		if j.Project == project && j.Region == region && !(ended && r.URL.Query().Get("filter") == "ACTIVE") {
			fit = append(fit, j.document(false))
		}
	}
	page(w, r, "jobs", fit)
}

// page answers with a part of a list.
func page(w http.ResponseWriter, r *http.Request, key string, all []any) {
	from, _ := strconv.Atoi(r.URL.Query().Get("pageToken")) //nolint:errcheck // none is the first page
	from = min(from, len(all))
	to := min(from+pageSize, len(all))
	doc := map[string]any{key: all[from:to]}
	if to < len(all) {
		doc["nextPageToken"] = strconv.Itoa(to)
	}
	reply(w, doc)
}

// document is the job; only the description has labels.
func (j *Job) document(described bool) map[string]any {
	kind := "JOB_TYPE_BATCH"
	if j.Streaming {
		kind = "JOB_TYPE_STREAMING"
	}
	doc := map[string]any{
		"id": j.ID, "name": j.Name, "projectId": j.Project, "location": j.Region, "type": kind,
		"currentState": "JOB_STATE_" + j.State, "createTime": j.created, "currentStateTime": j.changed,
	}
	if described {
		doc["labels"] = j.Labels
	}
	return doc
}

func (j *Job) listMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	least := strings.Index(importances, strings.TrimPrefix(q.Get("minimumImportance"), "JOB_MESSAGE_"))
	var fit []any
	for _, m := range j.messages {
		if m["time"] >= q.Get("startTime") && strings.Index(importances, strings.TrimPrefix(m["messageImportance"], "JOB_MESSAGE_")) >= least {
			fit = append(fit, m)
		}
	}
	page(w, r, "jobMessages", fit)
}

func (j *Job) update(w http.ResponseWriter, r *http.Request) {
	var asked struct{ RequestedState string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", err.Error(), nil)
		return
	}
	wanted := strings.TrimPrefix(asked.RequestedState, "JOB_STATE_")
	switch {
	case strings.Contains("DONE FAILED CANCELLED UPDATED DRAINED", j.State):
		refuse(w, http.StatusBadRequest, "FAILED_PRECONDITION", "(5e2f8a3d): The job is already in the terminal state "+j.State+".", nil)
		return
	case wanted == "DRAINED" && !j.Streaming:
		refuse(w, http.StatusBadRequest, "FAILED_PRECONDITION", "(5e2f8a3e): Job draining is only supported for streaming jobs.", nil)
		return
	}
	j.asked = wanted
	j.State = map[string]string{"CANCELLED": "CANCELLING", "DRAINED": "DRAINING"}[wanted]
	reply(w, j.document(false))
}
