package image

import (
	"context"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/python"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// dbtUser and its group are as whom dbt runs: no one that the base image knows, and
// by numbers, so that Kubernetes can see that it is not root. Source:
// https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
const dbtUser = "65532:65532"

// dbtScratch is where dbt writes: /tmp is everyone's in any image.
const dbtScratch = "/tmp/dbt"

// dbtGlibc is the C library that packages are chosen for. Docker's images of Python
// have later ones since Debian 10, and the packages of dbt need no earlier one.
// Source: https://github.com/pypa/manylinux
const dbtGlibc = "2.28"

// dbtConfig is config for the image of a dbt project. Whoever starts it names the
// command of dbt alone; the variables say the rest. Source:
// https://docs.getdbt.com/reference/global-configs/about-global-configs
func dbtConfig(r Request) v1.Config {
	project := source.DbtProject(r.Snapshot.ID())
	return v1.Config{
		Entrypoint: []string{"dbt"},
		WorkingDir: project,
		User:       dbtUser,
		Env: []string{
			"DBT_PROJECT_DIR=" + project,
			"DBT_PROFILES_DIR=" + source.DbtProfiles,
			"DBT_TARGET_PATH=" + path.Join(dbtScratch, "target"),
			"DBT_LOG_PATH=" + path.Join(dbtScratch, "logs"),
			"DBT_SEND_ANONYMOUS_USAGE_STATS=false",
			"HOME=/tmp",
			"PYTHONUNBUFFERED=1",
		},
		Labels: labels(r),
	}
}

// dbtRequirements makes the installer's requirements of a lock file, also of one of
// Pipenv. A lock file of another Python than the base's is refused.
func dbtRequirements(r Request, into *python.Requirements) error {
	lock := r.Snapshot.Project.Lock
	if lock.Python != "" && lock.Python != r.Base.Python.Version {
		return problem.Problem{
			File: lock.Shown, Summary: "the lock file is for another Python than the image has",
			Detail: "it is for " + lock.Python + ", and the base image " + r.Base.Name + " has " + r.Base.Python.Version,
			Hint:   "Lock for Python " + r.Base.Python.Version + ", or name a base image with the other Python: gcp.dbt_base_image in the universal configuration.",
		}
	}
	for i, root := range into.Roots {
		if root.Kind != python.UVLock {
			into.Roots[i].Kind = python.RequirementsTxt
		}
		if lock.IsPipfile() {
			into.Files[root.Path] = lock.Requirements()
		}
	}
	return nil
}

// fitDbt leaves out the packages that the base image has itself. There is no worker.
func (b *Standard) fitDbt(ctx context.Context, r Request, packages []layer.Entry) (none, fitting []layer.Entry, err error) {
	below, err := b.Contents.Contents(ctx, r.Base, r.Say)
	if err != nil {
		return nil, nil, err
	}
	fitting, err = fitPackages(packages, below, r.Base.Python.SitePackages)
	return nil, fitting, err
}
