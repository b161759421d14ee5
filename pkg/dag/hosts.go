package dag

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Host is the Cloud Composer of an environment, as far as tasks need something of it
// that a DAG does not say.
type Host struct {
	// Environment is the environment's name, File its configuration as problems name it.
	Environment, File string
	// StartsWorkflows says that Cloud Composer's account may start workflows, or that
	// someone else grants it its roles.
	StartsWorkflows bool
	// Image is Cloud Composer's image, and Packages are what is installed besides: names
	// with extras and versions. nil: not known, and not checked.
	Image    airflow.Image
	Packages map[string]string
}

// CheckHosts refuses tasks that start other pipelines where an environment lacks what
// that needs. Of a DAG that is not enabled nothing runs, and nothing is refused.
func CheckHosts(d *DAG, hosts ...Host) (found problem.List) {
	if !d.Enabled {
		return nil
	}
	for _, t := range d.Tasks {
		switch t.Action {
		case Dataflow, Workflow:
			if lacking := which(hosts, func(h Host) bool { return !h.StartsWorkflows }); len(lacking) > 0 {
				found = append(found, t.lacks("the task may not start a workflow in "+environments(lacking),
					fmt.Sprintf("%s is started by a workflow, and Cloud Composer's account gets roles/workflows.invoker by gcp.composer.start_workflows alone", t.Starts),
					"Write start_workflows: true in the block gcp.composer of "+files(lacking)+"."))
			}
		case Lambda:
			if lacking := which(hosts, Host.lacksAmazon); len(lacking) > 0 {
				found = append(found, t.lacks("the task needs a package that Cloud Composer does not have in "+environments(lacking),
					fmt.Sprintf("the state machine of %s is started by %s, which is neither in the image nor in gcp.composer.pypi_packages", t.Starts, airflow.AmazonProvider),
					fmt.Sprintf("Write pypi_packages: {%s: \"\"} in the block gcp.composer of %s.", airflow.AmazonProvider, files(lacking))))
			}
		}
	}
	return found
}

// lacksAmazon says that the amazon provider is known not to be there.
func (h Host) lacksAmazon() bool {
	return h.Packages != nil && h.Image.Packages()[airflow.AmazonProvider] == "" && !airflow.BringsAmazon(h.Packages)
}

// lacks is a problem at the task.
func (t *Task) lacks(summary, detail, hint string) problem.Problem {
	p := t.Place
	p.Summary, p.Detail, p.Hint = summary, detail, hint
	return p
}

func which(hosts []Host, lacks func(Host) bool) (found []Host) {
	for _, h := range hosts {
		if lacks(h) {
			found = append(found, h)
		}
	}
	return found
}

// environments names those of hosts: "the environment dev", "the environments dev and prod".
func environments(hosts []Host) string {
	names := and(hosts, func(h Host) string { return h.Environment })
	if len(hosts) == 1 {
		return "the environment " + names
	}
	return "the environments " + names
}

// files names the files of hosts.
func files(hosts []Host) string {
	return and(hosts, func(h Host) string { return h.File })
}

// and lists words of hosts as a sentence does.
func and(hosts []Host, word func(Host) string) string {
	var words []string
	for _, h := range hosts {
		words = append(words, word(h))
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
