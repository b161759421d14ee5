package composer

// Range is what a number may be: Min to Max, in steps of Step. A Step of 0 allows
// everything between. The zero Range says that there is no such number.
type Range struct{ Min, Max, Step float64 }

// None says that a component has no such number.
func (r Range) None() bool { return r == Range{} }

// Workload is what one component of an environment may have.
type Workload struct {
	// Name is the key in a configuration, such as "web_server".
	Name string
	// Count is how many there may be. None: always one, or, of a component that
	// scales by itself, see Scales.
	Count Range
	// Scales says that the number of replicas follows the work, between two bounds
	// of the range Count.
	Scales bool
	// CPU is in cores, Memory and Storage are in GB, for one replica.
	CPU, Memory, Storage Range
	// PerCPU is how much memory in GB there may be for each core.
	PerCPU Range
	// Whole says that CPU, memory and count are given together or not at all, as the
	// provider demands of the triggerer.
	Whole bool
}

// The names of the components.
const (
	Scheduler    = "scheduler"
	WebServer    = "web_server"
	Worker       = "worker"
	Triggerer    = "triggerer"
	DAGProcessor = "dag_processor"
)

// WorkloadsSource is the page of a generation that has the limits of its workloads.
func WorkloadsSource(generation int) string {
	if generation == 2 {
		return "https://cloud.google.com/composer/docs/composer-2/scale-environments"
	}
	return "https://cloud.google.com/composer/docs/composer-3/scale-environments"
}

// evenCPU is the step of Composer 3 for components of more than a core: 0.5, 1, or
// a multiple of 2.
const evenCPU = -1

// workloads are the tables "Resource limits" of both pages.
var workloads = map[int][]Workload{
	2: {
		{Name: Scheduler, Count: Range{1, 10, 1}, CPU: Range{0.5, 28, 0.25}, Memory: Range{0.5, 80, 0}, Storage: Range{0.05, 10, 0}, PerCPU: Range{1, 6.5, 0}},
		{Name: WebServer, CPU: Range{0.5, 28, 0.25}, Memory: Range{1, 80, 0}, Storage: Range{0.05, 10, 0}, PerCPU: Range{1, 6.5, 0}},
		{Name: Worker, Scales: true, Count: Range{1, 100, 1}, CPU: Range{0.5, 28, 0.25}, Memory: Range{0.5, 80, 0}, Storage: Range{0.05, 10, 0}, PerCPU: Range{1, 6.5, 0}},
		{Name: Triggerer, Whole: true, Count: Range{0, 10, 1}, CPU: Range{0.5, 1, 0.25}, Memory: Range{0.5, 80, 0}, PerCPU: Range{1, 6.5, 0}},
	},
	3: {
		{Name: Scheduler, Count: Range{1, 3, 1}, CPU: Range{0.5, 1, 0.5}, Memory: Range{1, 8, 0.25}, Storage: Range{0, 100, 1}, PerCPU: Range{1, 8, 0}},
		{Name: WebServer, CPU: Range{1, 4, evenCPU}, Memory: Range{2, 32, 0.25}, Storage: Range{0, 100, 1}, PerCPU: Range{1, 8, 0}},
		{Name: Worker, Scales: true, Count: Range{1, 100, 1}, CPU: Range{0.5, 32, evenCPU}, Memory: Range{1, 256, 0.25}, Storage: Range{0, 100, 1}, PerCPU: Range{1, 8, 0}},
		{Name: Triggerer, Whole: true, Count: Range{0, 10, 1}, CPU: Range{0.5, 1, 0.5}, Memory: Range{1, 8, 0.25}, PerCPU: Range{1, 8, 0}},
		{Name: DAGProcessor, Count: Range{1, 3, 1}, CPU: Range{0.5, 32, evenCPU}, Memory: Range{1, 256, 0.25}, Storage: Range{0, 100, 1}, PerCPU: Range{1, 8, 0}},
	},
}

// Workloads are the components of a generation whose size a user may set; nil for
// a generation that dorc does not know.
func Workloads(generation int) []Workload { return workloads[generation] }

// FindWorkload is a component of a generation by its name.
func FindWorkload(generation int, name string) (Workload, bool) {
	for _, w := range workloads[generation] {
		if w.Name == name {
			return w, true
		}
	}
	return Workload{}, false
}

// Components are the names of the components of any generation, in their order.
func Components() []string {
	return []string{Scheduler, WebServer, Worker, Triggerer, DAGProcessor}
}
