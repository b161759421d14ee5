package stack

import (
	"github.com/dorc-dev/dorc/pipelines"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// dagHosts are the Cloud Composers of environments, as far as they have one. Mistakes of
// configurations are said elsewhere.
func (p *Project) dagHosts(environments ...string) (hosts []dag.Host) {
	for _, env := range environments {
		if _, google, ok, err := p.dagOptions(env); err == nil && ok {
			hosts = append(hosts, pipelines.DAGHost(env, google))
		}
	}
	return hosts
}

// checkHosts refuses tasks of DAGs that lack something in one of the environments.
func checkHosts(dags []*dag.DAG, hosts []dag.Host) (found problem.List) {
	for _, d := range dags {
		found = append(found, dag.CheckHosts(d, hosts...)...)
	}
	return found
}
