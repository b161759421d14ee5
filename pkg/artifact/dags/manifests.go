package dags

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// maxManifest is the most bytes of a manifest.json of dbt: those of projects with
// thousands of models have some tens of megabytes.
const maxManifest = 256 << 20

// manifests reads the manifests of dbt that tasks name, by the path that they name.
func (r *Repo) manifests(d *dag.DAG) (found map[string]*dbt.Manifest, wrong problem.List, err error) {
	var root *os.Root
	for _, t := range d.Tasks {
		if t.Dbt == nil || !t.Dbt.Models || found[t.Dbt.Manifest] != nil {
			continue
		}
		if root == nil {
			if root, err = os.OpenRoot(r.repo.Root); err != nil {
				return nil, nil, err
			}
			defer root.Close()
			found = map[string]*dbt.Manifest{}
		}
		data, err := readAtMost(root, t.Dbt.Manifest)
		if err != nil {
			wrong = append(wrong, problem.Problem{
				File: t.Place.File, Line: t.Place.Line, Column: t.Place.Column,
				Summary: "the manifest of the dbt project cannot be read", Detail: err.Error(),
				Hint: "Make it with dbt parse, or write where it is: manifest: <path>",
			})
			continue
		}
		manifest, problems := dbt.ReadManifest(filepath.Join(r.repo.Shown(), filepath.FromSlash(t.Dbt.Manifest)), data)
		found[t.Dbt.Manifest], wrong = manifest, append(wrong, problems...)
	}
	return found, wrong, nil
}

func readAtMost(root *os.Root, name string) ([]byte, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxManifest+1))
	if err == nil && len(data) > maxManifest {
		err = fmt.Errorf("%s has more than %d bytes", name, maxManifest)
	}
	return data, err
}
