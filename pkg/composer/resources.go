package composer

import "fmt"

// Resources are what a component gets. What is nil is left to Composer.
type Resources struct {
	CPU, MemoryGB, StorageGB *float64
	// Count is how many; MinCount and MaxCount are those of a component that scales.
	Count, MinCount, MaxCount *float64
}

// Fault is one value that would be refused.
type Fault struct {
	// Field is its name in snake_case, such as "memory_gb".
	Field, Reason string
}

// Check says what of these resources a component cannot have.
func (w Workload) Check(r Resources) (found []Fault) {
	add := func(field string, of Range, v *float64) {
		switch {
		case v == nil:
		case of.None():
			found = append(found, Fault{field, "this component has none to choose"})
		default:
			if why := of.Refuse(*v); why != "" {
				found = append(found, Fault{field, why + ", and " + Number(*v) + " is given"})
			}
		}
	}
	add("cpu", w.CPU, r.CPU)
	add("memory_gb", w.Memory, r.MemoryGB)
	if r.CPU != nil && r.MemoryGB != nil && len(found) == 0 {
		if per := *r.MemoryGB / *r.CPU; per < w.PerCPU.Min || per > w.PerCPU.Max {
			found = append(found, Fault{"memory_gb", fmt.Sprintf("it is %s to %s GB for each core, and %s GB for %s is given",
				Number(w.PerCPU.Min), Number(w.PerCPU.Max), Number(*r.MemoryGB), Number(*r.CPU))})
		}
	}
	add("storage_gb", w.Storage, r.StorageGB)
	if !w.Scales {
		add("count", w.Count, r.Count)
		return found
	}
	add("min_count", w.Count, r.MinCount)
	add("max_count", w.Count, r.MaxCount)
	if r.MinCount != nil && r.MaxCount != nil && *r.MinCount > *r.MaxCount {
		found = append(found, Fault{"min_count", "it is above max_count, which is " + Number(*r.MaxCount)})
	}
	return found
}

// ResilienceSource is the page of environments with high resilience.
const ResilienceSource = "https://cloud.google.com/composer/docs/composer-3/set-up-highly-resilient-environments"

// CheckResilient says what of a component's number does not go with high resilience.
func (w Workload) CheckResilient(r Resources) (found []Fault) {
	below := func(n *float64, least float64) bool { return n != nil && *n < least }
	switch {
	case w.Name == Scheduler && r.Count != nil && *r.Count != 2:
		return []Fault{{"count", "an environment with high resilience has exactly 2 schedulers"}}
	case w.Name == Triggerer && r.Count != nil && *r.Count == 1:
		return []Fault{{"count", "an environment with high resilience has no triggerer, or at least 2"}}
	case w.Name == DAGProcessor && below(r.Count, 2):
		return []Fault{{"count", "an environment with high resilience has at least 2 DAG processors"}}
	case w.Name == Worker && below(r.MinCount, 2):
		return []Fault{{"min_count", "an environment with high resilience has at least 2 workers"}}
	}
	return nil
}
