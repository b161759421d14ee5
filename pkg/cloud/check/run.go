package check

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Timeout is how long one check may take.
const Timeout = 10 * time.Second

// Task is one check.
type Task struct {
	// Name is the Finding.Check of what it finds.
	Name string
	// Credentials says that it needs the cloud's credentials.
	Credentials bool
	// Run looks.
	Run func(context.Context) []Finding
}

// Run runs the tasks at the same time, each for at most Timeout, and returns what
// they find in their order. The first task is that of the credentials: without
// them, missing is what it finds, and tasks that need them are not run. A cause that
// concerns everything is told with the first finding alone.
func Run(ctx context.Context, missing *Finding, tasks ...Task) []Finding {
	found := make([][]Finding, len(tasks))
	var group sync.WaitGroup
	for i, t := range tasks {
		switch {
		case missing != nil && i == 0:
			found[i] = []Finding{*missing}
		case missing != nil && t.Credentials:
			found[i] = []Finding{{Check: t.Name, Fault: BadCredentials}}
		default:
			group.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, Timeout)
				defer cancel()
				found[i] = t.Run(ctx)
			})
		}
	}
	group.Wait()
	return once(found)
}

func once(found [][]Finding) (all []Finding) {
	if len(found) == 0 || len(found[0]) == 0 {
		return nil
	}
	first := found[0][0]
	all = append(all, found[0]...)
	for _, list := range found[1:] {
		for _, f := range list {
			if first.Level == Missing && (f.Fault == BadCredentials || f.Fault == Unreachable) && f.Fault == first.Fault {
				f = Finding{Check: f.Check, Level: Unknown, Summary: fmt.Sprintf("it needs %s first", first.Check), Fault: f.Fault}
			}
			all = append(all, f)
		}
	}
	return all
}
