package dataflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/flextemplate"
)

// launchRequest is the body of projects.locations.flexTemplates.launch
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.locations.flexTemplates/launch).
type launchRequest struct {
	LaunchParameter *launchParameter `json:"launchParameter"`
	ValidateOnly    bool             `json:"validateOnly"`
}

type launchParameter struct {
	JobName               string                 `json:"jobName"`
	ContainerSpecGcsPath  string                 `json:"containerSpecGcsPath"`
	ContainerSpec         *flextemplate.Template `json:"containerSpec"`
	Parameters            map[string]string      `json:"parameters"`
	LaunchOptions         map[string]string      `json:"launchOptions"`
	Environment           *environment           `json:"environment"`
	Update                bool                   `json:"update"`
	TransformNameMappings map[string]string      `json:"transformNameMappings"`
}

// environment is how a job runs on Dataflow. On this machine it has the places of files and the labels; the others are
// what Dataflow would take, so that a wrong name is refused
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/FlexTemplateRuntimeEnvironment).
type environment struct {
	flextemplate.Environment
	Zone                       string `json:"zone"`
	KMSKeyName                 string `json:"kmsKeyName"`
	WorkerRegion               string `json:"workerRegion"`
	WorkerZone                 string `json:"workerZone"`
	FlexRSGoal                 string `json:"flexrsGoal"`
	DiskSizeGB                 int    `json:"diskSizeGb"`
	AutoscalingAlgorithm       string `json:"autoscalingAlgorithm"`
	DumpHeapOnOOM              bool   `json:"dumpHeapOnOom"`
	SaveHeapDumpsToGCSPath     string `json:"saveHeapDumpsToGcsPath"`
	LauncherMachineType        string `json:"launcherMachineType"`
	EnableLauncherVMSerialPort bool   `json:"enableLauncherVmSerialPortLogging"`
	StreamingMode              string `json:"streamingMode"`
}

// jobName is the form of a job's name, and maxJobName its length
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#Job.FIELDS.name).
var jobName = regexp.MustCompile(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)

const maxJobName = 1024

// launch starts a job.
func (s *Service) launch(at place, r *http.Request) (any, error) {
	var body launchRequest
	if err := decode(r, &body); err != nil {
		return nil, err
	}
	p := body.LaunchParameter
	switch {
	case p == nil:
		return nil, invalid("The launch parameters are missing.")
	case !jobName.MatchString(p.JobName) || len(p.JobName) > maxJobName:
		return nil, invalid("The job name %q is invalid; it must consist of only the characters [-a-z0-9], starting with a letter and ending with a letter or number", p.JobName)
	}
	template, err := s.template(p)
	if err != nil {
		return nil, err
	}
	if err := checkParameters(template.Metadata, p.Parameters); err != nil {
		return nil, err
	}
	j := s.newJob(at, p, template)
	if body.ValidateOnly {
		return map[string]any{"job": map[string]any{}}, nil
	}
	launched := j.resource(false)
	if err := s.start(j, p.Update); err != nil {
		return nil, err
	}
	return map[string]any{"job": launched}, nil
}

// decode reads a body as strictly as Google does.
func decode(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var typed *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &typed):
		return invalid("Invalid value at '%s': it must be %s, not %s", typed.Field, typed.Type, typed.Value)
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return invalid("Invalid JSON payload received. Unknown name %s: Cannot find field.", name)
	}
	return invalid("Invalid JSON payload received. %v", err)
}

// template reads the template's specification.
func (s *Service) template(p *launchParameter) (*flextemplate.Template, error) {
	if p.ContainerSpec != nil {
		return p.ContainerSpec, nil
	}
	bucket, key, ok := strings.Cut(strings.TrimPrefix(p.ContainerSpecGcsPath, "gs://"), "/")
	if !ok || !strings.HasPrefix(p.ContainerSpecGcsPath, "gs://") || key == "" {
		return nil, invalid("Invalid container spec path %q: gs://<bucket>/<object> is expected", p.ContainerSpecGcsPath)
	}
	data, err := s.options.Read(bucket, key)
	if err != nil {
		return nil, refuse(http.StatusNotFound, "NOT_FOUND", "Unable to open template file: %s: %v", p.ContainerSpecGcsPath, err)
	}
	template, err := flextemplate.Parse(data)
	if err != nil {
		return nil, invalid("Invalid template file %s: %v", p.ContainerSpecGcsPath, err)
	}
	if template.SDK.Language != flextemplate.Python {
		return nil, invalid("The template %s is of language %q; the local cloud runs %s only", p.ContainerSpecGcsPath, template.SDK.Language, flextemplate.Python)
	}
	return template, nil
}

// checkParameters holds the parameters against the template's metadata, in the words of Dataflow
// (https://cloud.google.com/dataflow/docs/reference/rest/v1b3/InvalidTemplateParameters).
func checkParameters(m flextemplate.Metadata, values map[string]string) error {
	var violations []any
	text := "The template parameters are invalid. Details: "
	known := map[string]bool{}
	for _, p := range m.Parameters {
		known[p.Name] = true
	}
	for _, f := range m.Check(values) {
		said := f.Detail
		regex, mismatch := strings.CutPrefix(f.Detail, "metadata.json demands ")
		switch {
		case f.Missing:
			said = "Missing required parameter"
		case !known[f.Parameter]:
			said = "Unrecognized parameter"
			if f.Hint != "" {
				said += ". " + f.Hint
			}
		case mismatch:
			said = "Parameter didn't match regex '" + regex + "'"
		}
		text += "\n" + f.Parameter + ": " + said
		violations = append(violations, map[string]any{"parameter": f.Parameter, "description": said})
	}
	if violations == nil {
		return nil
	}
	return &apiError{code: http.StatusBadRequest, status: "INVALID_ARGUMENT", message: text, details: []any{map[string]any{
		"@type": "type.googleapis.com/google.dataflow.v1beta3.InvalidTemplateParameters", "parameterViolations": violations}}}
}

// newJob is the job of a launch. What the launch does not say the template does.
func (s *Service) newJob(at place, p *launchParameter, template *flextemplate.Template) *job {
	now := s.options.Now().UTC()
	j := &job{template: template, finished: make(chan struct{})}
	j.Job = Job{ID: newID(now), Name: p.JobName, Project: at.project, Region: at.region, Template: p.ContainerSpecGcsPath,
		Parameters: maps.Clone(p.Parameters), Streaming: template.Metadata.Streaming, State: Queued, Created: now, Changed: now, Labels: map[string]string{}}
	environments := []*flextemplate.Environment{template.Environment}
	if p.Environment != nil {
		environments = append(environments, &p.Environment.Environment)
	}
	for _, e := range environments {
		if e == nil {
			continue
		}
		maps.Copy(j.Labels, e.AdditionalUserLabels)
		if e.TempLocation != "" {
			j.TempLocation = e.TempLocation
		}
		if e.StagingLocation != "" {
			j.StagingLocation = e.StagingLocation
		}
	}
	return j
}

// start puts a job among the others and runs it. There is one of a name at a time, which an update replaces.
func (s *Service) start(j *job, update bool) error {
	s.mu.Lock()
	var old *job
	for _, other := range s.jobs {
		if other.Name == j.Name && other.Project == j.Project && other.Region == j.Region && !other.Job.Ended() {
			old = other
		}
	}
	switch {
	case s.ctx.Err() != nil:
		s.mu.Unlock()
		return fmt.Errorf("the run is ending: %w", s.ctx.Err())
	case old != nil && !update:
		s.mu.Unlock()
		return refuse(http.StatusConflict, "ALREADY_EXISTS", "There is already an active job named %s. If you want to submit a second job, try again by setting a different name.", j.Name)
	case old == nil && update:
		s.mu.Unlock()
		return invalid("The job named %s cannot be updated: there is no active job of that name", j.Name)
	}
	ctx, cancel := context.WithCancel(s.ctx)
	j.cancel = cancel
	s.jobs = append(s.jobs, j)
	s.working.Add(1)
	now := j.Job
	s.mu.Unlock()
	s.options.On(now, nil)
	if old != nil {
		s.end(old, Updated)
	}
	go func() {
		defer s.working.Done()
		defer cancel()
		if old != nil {
			<-old.finished
		}
		s.run(ctx, j)
		close(j.finished)
	}()
	return nil
}
