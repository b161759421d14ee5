package dataflow

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

func (s *Service) get(at place, id string) (any, error) {
	j, err := s.find(at, id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return j.resource(false), nil
}

// list lists jobs, the newest first
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.locations.jobs/list).
func (s *Service) list(at place, query url.Values) (any, error) {
	filter := query.Get("filter")
	if !slices.Contains([]string{"", "UNKNOWN", "ALL", "TERMINATED", "ACTIVE"}, filter) {
		return nil, invalid("Invalid value at 'filter': %q", filter)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []any
	for _, j := range slices.Backward(s.jobs) {
		fits := j.Project == at.project && (at.region == "" || j.Region == at.region) && (query.Get("name") == "" || query.Get("name") == j.Name) &&
			(filter != "TERMINATED" || j.Job.Ended()) && (filter != "ACTIVE" || !j.Job.Ended())
		if fits {
			found = append(found, j.resource(true))
		}
	}
	page, next, err := paged(found, query)
	if err != nil {
		return nil, err
	}
	return withNext(map[string]any{"jobs": page}, next), nil
}

// paged cuts the page that a query asks for out of a list; next is the token of the following one.
func paged(all []any, query url.Values) (page []any, next string, err error) {
	size, start := len(all), 0
	if text := query.Get("pageSize"); text != "" {
		if size, err = strconv.Atoi(text); err != nil || size < 0 {
			return nil, "", invalid("Invalid value at 'page_size': %q", text)
		}
		if size == 0 {
			size = len(all)
		}
	}
	if text := query.Get("pageToken"); text != "" {
		if start, err = strconv.Atoi(text); err != nil || start < 0 || start > len(all) {
			return nil, "", invalid("Invalid page token")
		}
	}
	end := min(start+size, len(all))
	if end < len(all) {
		next = strconv.Itoa(end)
	}
	return all[start:end], next, nil
}

func withNext(out map[string]any, next string) map[string]any {
	if next != "" {
		out["nextPageToken"] = next
	}
	return out
}

// update ends a job: it is the one change that jobs.update makes here
// (https://cloud.google.com/dataflow/docs/guides/stopping-a-pipeline).
func (s *Service) update(at place, id string, r *http.Request) (any, error) {
	var body struct {
		RequestedState string            `json:"requestedState"`
		ID             string            `json:"id"`
		ProjectID      string            `json:"projectId"`
		Location       string            `json:"location"`
		Name           string            `json:"name"`
		Labels         map[string]string `json:"labels"`
	}
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	j, err := s.find(at, id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	now := j.Job
	s.mu.Unlock()
	switch {
	case body.RequestedState != Cancelled && body.RequestedState != Drained:
		return nil, invalid("The local cloud's Dataflow changes a job to %s or %s only, not to %q", Cancelled, Drained, body.RequestedState)
	case now.Ended():
		return nil, refuse(http.StatusBadRequest, "FAILED_PRECONDITION", "The job %s has already terminated in state %s", id, now.State)
	case body.RequestedState == Drained && !now.Streaming:
		return nil, refuse(http.StatusBadRequest, "FAILED_PRECONDITION", "The job %s cannot be drained: only streaming jobs can. Cancel it.", id)
	}
	s.end(j, body.RequestedState)
	return s.get(at, id)
}

// end asks a job to end in a state. Its process is stopped: what it has not written yet is lost, also when it is drained.
func (s *Service) end(j *job, state string) {
	s.mu.Lock()
	if j.wanted == "" {
		j.wanted = state
	}
	s.mu.Unlock()
	switch state {
	case Cancelled:
		s.become(j, Cancelling)
	case Drained:
		s.become(j, Draining)
	}
	j.cancel()
}
