package pipelines

import (
	"maps"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/dag"
)

// DAGHost is an environment's Cloud Composer, as far as tasks of DAGs need something of
// it. What someone else manages is taken to have what they need.
func DAGHost(env string, google *config.Google) dag.Host {
	c := google.Composer
	h := dag.Host{
		Environment: env, File: "infra/Pulumi." + env + ".yaml", Image: c.Image,
		StartsWorkflows: c.StartWorkflows || c.Existing != "" || c.ServiceAccount.External,
	}
	if c.Existing == "" {
		h.Packages = map[string]string{}
		maps.Copy(h.Packages, c.PyPIPackages)
	}
	return h
}
