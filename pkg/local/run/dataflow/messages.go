package dataflow

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Message is a message of a job.
type Message struct {
	Time time.Time
	// Importance is JOB_MESSAGE_… as of
	// https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs.messages/list.
	Importance string
	Text       string
}

// The importances, from the least.
const (
	Debug    = "JOB_MESSAGE_DEBUG"
	Detailed = "JOB_MESSAGE_DETAILED"
	Basic    = "JOB_MESSAGE_BASIC"
	Warning  = "JOB_MESSAGE_WARNING"
	Error    = "JOB_MESSAGE_ERROR"
)

var importances = []string{Debug, Detailed, Basic, Warning, Error}

// maxMessages is how many messages of a job are kept; the oldest go first.
const maxMessages = 10_000

// levels are how Python's logging begins a line, with the importance that Dataflow would give it.
var levels = map[string]string{"DEBUG": Debug, "INFO": Basic, "WARNING": Warning, "ERROR": Error, "CRITICAL": Error}

// say adds a message and tells it.
func (s *Service) say(j *job, importance, text string) {
	m := Message{s.options.Now().UTC(), importance, text}
	s.mu.Lock()
	if len(j.messages) == maxMessages {
		j.messages = slices.Delete(j.messages, 0, maxMessages/10)
		j.dropped += maxMessages / 10
	}
	j.messages = append(j.messages, m)
	now := j.Job
	s.mu.Unlock()
	s.options.On(now, &m)
}

// importanceOf is that of a line as Python's logging writes it: LEVEL:logger:text.
func importanceOf(line string) string {
	level, _, found := strings.Cut(line, ":")
	if importance := levels[level]; found && importance != "" {
		return importance
	}
	return Basic
}

func (s *Service) messages(at place, id string, query url.Values) (any, error) {
	j, err := s.find(at, id)
	if err != nil {
		return nil, err
	}
	least := 0
	if text := query.Get("minimumImportance"); text != "" && text != "JOB_MESSAGE_IMPORTANCE_UNKNOWN" {
		if least = slices.Index(importances, text); least < 0 {
			return nil, invalid("Invalid value at 'minimum_importance': %q", text)
		}
	}
	from, err := when(query, "startTime")
	if err != nil {
		return nil, err
	}
	to, err := when(query, "endTime")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []any
	for i, m := range j.messages {
		if slices.Index(importances, m.Importance) < least || m.Time.Before(from) || !to.IsZero() && !m.Time.Before(to) {
			continue
		}
		found = append(found, map[string]any{"id": fmt.Sprintf("%s-%06d", j.ID, j.dropped+i), "time": instant(m.Time), "messageText": m.Text, "messageImportance": m.Importance})
	}
	page, next, err := paged(found, query)
	if err != nil {
		return nil, err
	}
	return withNext(map[string]any{"jobMessages": page}, next), nil
}

// when reads a time; zero when it is not given.
func when(query url.Values, name string) (time.Time, error) {
	text := query.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, invalid("Invalid value at '%s': %q is no time", name, text)
	}
	return t, nil
}
