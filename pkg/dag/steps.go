package dag

// Step are the tasks that can run when those of all steps before have ended.
type Step struct {
	// Number counts from 1.
	Number int
	// Tasks are in the order of the file.
	Tasks []*Task
}

// Steps are the tasks in an order in which they can run: the step of a task is one after
// the last of those that it depends on. A DAG that Read has found no problems in has all
// of its tasks in steps.
func (d *DAG) Steps() []Step {
	byID := map[string]*Task{}
	for _, t := range d.Tasks {
		byID[t.Identifier] = t
	}
	numbers := map[string]int{}
	var number func(t *Task) int
	number = func(t *Task) int {
		if n, known := numbers[t.Identifier]; known {
			return n
		}
		numbers[t.Identifier] = 1 // a cycle ends here
		n := 1
		for _, id := range t.Dependencies {
			if before := byID[id]; before != nil {
				n = max(n, number(before)+1)
			}
		}
		numbers[t.Identifier] = n
		return n
	}
	var steps []Step
	for _, t := range d.Tasks {
		n := number(t)
		for len(steps) < n {
			steps = append(steps, Step{Number: len(steps) + 1})
		}
		steps[n-1].Tasks = append(steps[n-1].Tasks, t)
	}
	return steps
}
