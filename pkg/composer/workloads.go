package composer

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Span is a range of numbers, both ends included.
type Span struct{ Least, Most float64 }

// Workload is what one workload of an environment may have.
type Workload struct {
	// Name is "scheduler", "web_server", "worker", "triggerer" or "dag_processor".
	Name string
	// Count is how many there may be. Default: there is no count to choose.
	Count Span
	// CPU is in vCPU, Memory and Storage in GB. Without a storage to choose, its
	// Most is 0.
	CPU, Memory, Storage Span
	// PerCPU is the memory for each vCPU, in GB.
	PerCPU Span
	// Step is what CPU is a multiple of. Default: 0.5, 1 or an even number.
	Step float64
	// Scales says that the count is a range of its own, min_count to max_count.
	Scales bool
}

// WorkloadsSource states the limits of a generation's workloads.
func WorkloadsSource(generation int) string {
	return fmt.Sprintf("https://cloud.google.com/composer/docs/composer-%d/scale-environments", generation)
}

// workloads are the tables of WorkloadsSource by generation. Two editions of that of
// generation 3 differ in the scheduler's CPU; the larger one is here.
var workloads = map[int][]Workload{
	2: {
		{Name: "scheduler", Count: Span{1, 10}, CPU: Span{0.5, 28}, Memory: Span{0.5, 80}, Storage: Span{0.05, 10}, PerCPU: Span{1, 6.5}, Step: 0.25},
		{Name: "triggerer", Count: Span{0, 10}, CPU: Span{0.5, 1}, Memory: Span{0.5, 80}, PerCPU: Span{1, 6.5}, Step: 0.25},
		{Name: "web_server", CPU: Span{0.5, 28}, Memory: Span{1, 80}, Storage: Span{0.05, 10}, PerCPU: Span{1, 6.5}, Step: 0.25},
		{Name: "worker", Count: Span{1, 100}, CPU: Span{0.5, 28}, Memory: Span{0.5, 80}, Storage: Span{0.05, 10}, PerCPU: Span{1, 6.5}, Step: 0.25, Scales: true},
	},
	3: {
		{Name: "scheduler", Count: Span{1, 3}, CPU: Span{0.5, 2}, Memory: Span{1, 16}, Storage: Span{0, 100}, PerCPU: Span{1, 8}, Step: 0.5},
		{Name: "triggerer", Count: Span{0, 10}, CPU: Span{0.5, 1}, Memory: Span{1, 8}, PerCPU: Span{1, 8}, Step: 0.5},
		{Name: "web_server", CPU: Span{1, 4}, Memory: Span{2, 32}, Storage: Span{0, 100}, PerCPU: Span{1, 8}},
		{Name: "worker", Count: Span{1, 100}, CPU: Span{0.5, 32}, Memory: Span{1, 256}, Storage: Span{0, 100}, PerCPU: Span{1, 8}, Scales: true},
		{Name: "dag_processor", Count: Span{1, 3}, CPU: Span{0.5, 32}, Memory: Span{1, 256}, Storage: Span{0, 100}, PerCPU: Span{1, 8}},
	},
}

// Workloads are those of a generation, in order. Generation 1 has none to choose.
func Workloads(generation int) []Workload { return slices.Clone(workloads[generation]) }

// Resources are what a workload gets. What is nil is left to Composer.
type Resources struct {
	CPU, MemoryGB, StorageGB *float64
	// Count is how many; MinCount and MaxCount are those of workers.
	Count, MinCount, MaxCount *float64
}

// Fault is one value that would be refused.
type Fault struct {
	// Field is its name in snake_case, such as "memory_gb"; "" is the whole.
	Field, Reason string
}

// CheckWorkload says what a generation would refuse of a workload.
func CheckWorkload(generation int, name string, r Resources) []Fault {
	all := workloads[generation]
	i := slices.IndexFunc(all, func(w Workload) bool { return w.Name == name })
	if i < 0 {
		if len(all) == 0 {
			return nil
		}
		return []Fault{{Reason: fmt.Sprintf("Cloud Composer %d has no workload %s to choose", generation, strings.ReplaceAll(name, "_", " "))}}
	}
	return all[i].check(r)
}

func (w Workload) check(r Resources) (found []Fault) {
	add := func(field, reason string) {
		if reason != "" {
			found = append(found, Fault{field, reason})
		}
	}
	add("cpu", w.cpuReason(r.CPU))
	add("memory_gb", w.Memory.reason(r.MemoryGB, " GB"))
	if r.CPU != nil && r.MemoryGB != nil && len(found) == 0 && *r.CPU > 0 {
		if per := *r.MemoryGB / *r.CPU; per < w.PerCPU.Least || per > w.PerCPU.Most {
			add("memory_gb", fmt.Sprintf("it is %s to %s GB for each vCPU, and %s GB for %s vCPU is %s",
				short(w.PerCPU.Least), short(w.PerCPU.Most), short(*r.MemoryGB), short(*r.CPU), short(per)))
		}
	}
	if w.Storage.Most > 0 {
		add("storage_gb", w.Storage.reason(r.StorageGB, " GB"))
	} else if r.StorageGB != nil {
		add("storage_gb", "it has no storage to choose")
	}
	if w.Scales || w.Count.Most == 0 {
		add("count", absent(r.Count, w))
	} else {
		add("count", w.Count.whole(r.Count))
	}
	if !w.Scales {
		return found
	}
	add("min_count", w.Count.whole(r.MinCount))
	add("max_count", w.Count.whole(r.MaxCount))
	if r.MinCount != nil && r.MaxCount != nil && *r.MinCount > *r.MaxCount {
		add("min_count", fmt.Sprintf("it is not above max_count, which is %s", short(*r.MaxCount)))
	}
	return found
}

// cpuReason says why a number of vCPU is none that can be had.
func (w Workload) cpuReason(cpu *float64) string {
	if reason := w.CPU.reason(cpu, " vCPU"); reason != "" || cpu == nil {
		return reason
	}
	multiple := func(step float64) bool { return math.Mod(*cpu, step) == 0 }
	switch {
	case w.Step > 0 && !multiple(w.Step):
		return fmt.Sprintf("it is a multiple of %s vCPU, and %s is given", short(w.Step), short(*cpu))
	case w.Step == 0 && *cpu != 0.5 && *cpu != 1 && !multiple(2):
		return fmt.Sprintf("it is 0.5, 1 or an even number of vCPU, and %s is given", short(*cpu))
	}
	return ""
}

func absent(count *float64, w Workload) string {
	switch {
	case count == nil:
		return ""
	case w.Scales:
		return "workers come and go between min_count and max_count"
	}
	return "its number cannot be chosen"
}

// reason says why a number is not in a range.
func (s Span) reason(n *float64, unit string) string {
	if n == nil || *n >= s.Least && *n <= s.Most {
		return ""
	}
	return fmt.Sprintf("it is %s to %s%s, and %s is given", short(s.Least), short(s.Most), unit, short(*n))
}

// whole is the same for what is counted.
func (s Span) whole(n *float64) string {
	if n != nil && *n != math.Trunc(*n) {
		return fmt.Sprintf("it is a whole number, and %s is given", short(*n))
	}
	return s.reason(n, "")
}

func short(n float64) string { return fmt.Sprintf("%.4g", n) }

// ResilienceSource states what a highly resilient environment must have.
const ResilienceSource = "https://cloud.google.com/composer/docs/composer-3/set-up-highly-resilient-environments"

// ResilientReason says what of a workload's count does not go with high resilience.
func ResilientReason(name string, r Resources) (field, reason string) {
	below := func(n *float64, least float64) bool { return n != nil && *n < least }
	switch {
	case name == "scheduler" && r.Count != nil && *r.Count != 2:
		return "count", "an environment with high resilience has exactly 2 schedulers"
	case name == "triggerer" && r.Count != nil && *r.Count == 1:
		return "count", "an environment with high resilience has no triggerer, or at least 2"
	case name == "dag_processor" && below(r.Count, 2):
		return "count", "an environment with high resilience has at least 2 DAG processors"
	case name == "worker" && below(r.MinCount, 2):
		return "min_count", "an environment with high resilience has at least 2 workers"
	}
	return "", ""
}
