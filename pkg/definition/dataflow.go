package definition

// Update is what a run of a streaming pipeline does with the job of an earlier run.
type Update string

const (
	// UpdateDrain ends the old job after it has processed what it has read, and waits for it.
	UpdateDrain Update = "drain"
	// UpdateInPlace replaces the old job and keeps its state; Dataflow checks that the two fit.
	UpdateInPlace Update = "in-place"
	// UpdateReplace cancels the old job and what it has read.
	UpdateReplace Update = "replace"
)

// WorkerImage says what the workers of a job run.
type WorkerImage string

const (
	// WorkerImageSame is the image that also launches the job.
	WorkerImageSame WorkerImage = "same"
	// WorkerImageSeparate is an image without the launcher.
	WorkerImageSeparate WorkerImage = "separate"
)

// Schedule is a job of Cloud Scheduler that starts the pipeline's workflow. Source of names and limits:
// https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
type Schedule struct {
	// Name is the job's, unique in the environment. Default: made of the pipeline's.
	Name string `yaml:"name"`
	// Cron has five fields: minute, hour, day of month, month, day of week. Required.
	Cron string `yaml:"cron"`
	// Timezone is a name of the tz database, such as Europe/London. Default: "Etc/UTC".
	Timezone string `yaml:"timezone"`
	// Enabled says whether there is such a job; with false it is deleted. Default: true.
	Enabled bool `yaml:"enabled"`
	// Retries is how often a start that failed is repeated, 0 to 5. Default: 0.
	Retries int `yaml:"retries"`
	// AttemptDeadline is how long a start may take in seconds, 15 to 1800. Default: 180.
	AttemptDeadline int `yaml:"attempt_deadline"`
	// Parameters are over the pipeline's own. Default: none.
	Parameters map[string]any `yaml:"parameters"`
}

func (p *Pipeline) fillDataflowDefaults() {
	if p.MachineType == "" {
		p.MachineType = DefaultMachineType
	}
	if p.Workers == 0 {
		p.Workers = DefaultWorkers
	}
	if p.MaxWorkers == 0 {
		p.MaxWorkers = max(DefaultMaxWorkers, p.Workers)
	}
	if p.Update == "" {
		p.Update = UpdateDrain
	}
	if p.WorkerImage == "" {
		p.WorkerImage = WorkerImageSame
	}
	if p.PollingSeconds == 0 {
		p.PollingSeconds = DefaultPollingSeconds
	}
}

// FillDefaults gives a schedule what it leaves out. Enabled has no mark for that: Parse reads it as
// true when it is not there.
func (s *Schedule) FillDefaults() {
	if s.Timezone == "" {
		s.Timezone = DefaultTimezone
	}
	if s.AttemptDeadline == 0 {
		s.AttemptDeadline = DefaultAttemptDeadline
	}
}
