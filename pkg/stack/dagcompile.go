package stack

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dag/compile"
	"github.com/dorc-dev/dorc/pkg/dag/output"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// DAGSelection says which DAGs are compiled, and for which image of Composer.
type DAGSelection struct {
	// Pipelines limit it to pipelines of these names; of Layer, which may be left out
	// when only one layer has a pipeline of that name. A layer alone means its
	// pipelines. Default: all.
	Pipelines []string
	Layer     string
	// Env is an environment, whose image is meant, and whose Composer must have what the
	// tasks need. Default: "", none.
	Env string
	// ImageVersion is an image instead of the environment's. Default: that, else airflow.Default().
	ImageVersion string
}

// CompiledDAG is a pipeline's DAG with what it was compiled to.
type CompiledDAG struct {
	*dag.DAG
	// Files are below the DAG prefix of the service project, the Python first; none for
	// a DAG that is not enabled.
	Files []compile.File
}

// CompiledDAGs are those of a selection.
type CompiledDAGs struct {
	// Image is what they are compiled for.
	Image airflow.Image
	// ServiceProject is the service project whose they are.
	ServiceProject string
	// DAGs are in the order of the pipelines.
	DAGs []CompiledDAG

	selection DAGSelection
}

// CompileDAGs compiles DAGs of the config repo. Neither a configuration of universal nor
// an environment is needed. What is wrong in any of them comes back at once.
func (p *Project) CompileDAGs(ctx context.Context, s DAGSelection) (*CompiledDAGs, error) {
	options, err := p.compileOptions(s)
	if err != nil {
		return nil, err
	}
	repo, err := p.Repo()
	if err != nil {
		return nil, err
	}
	pipelines, err := p.selectDAGs(repo, s)
	if err != nil {
		return nil, err
	}
	reader, err := dags.Open(repo, options.Images...)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	all := make([]CompiledDAG, len(pipelines))
	found := make([]error, len(pipelines))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, pipeline := range pipelines {
		group.Go(func() error {
			if ctx.Err() == nil {
				all[i], found[i] = compileDAG(reader, pipeline, options)
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var problems problem.List
	var read []*dag.DAG
	for i, err := range found {
		problems = append(problems, asProblems(err)...)
		if all[i].DAG != nil {
			read = append(read, all[i].DAG)
		}
	}
	problems = append(problems, dag.CheckTogether(read)...)
	if s.Env != "" {
		problems = append(problems, checkHosts(read, p.dagHosts(s.Env))...)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return &CompiledDAGs{Image: options.Images[0], ServiceProject: options.ServiceProject, DAGs: all, selection: s}, nil
}

func compileDAG(reader *dags.Repo, p *configrepo.Pipeline, o dags.Options) (CompiledDAG, error) {
	d, err := reader.DAG(p)
	if err != nil {
		return CompiledDAG{}, err
	}
	made, err := reader.Pipeline(p, o)
	if err != nil {
		return CompiledDAG{}, err
	}
	compiled := CompiledDAG{DAG: d}
	python := filepath.ToSlash(filepath.Join(d.Layer, d.Pipeline, d.ID+".py"))
	for _, f := range made.Files {
		file := compile.File{Path: strings.TrimPrefix(f.Path, content.DAGPath(o.Images[0].Line, "")+"/"), Data: f.Data}
		if file.Path == python {
			compiled.Files = append([]compile.File{file}, compiled.Files...)
		} else {
			compiled.Files = append(compiled.Files, file)
		}
	}
	return compiled, nil
}

// Plan compares a folder with the compiled files.
func (c *CompiledDAGs) Plan(dir string) (*output.Changes, error) {
	var files []compile.File
	chosen := map[[2]string]bool{}
	for _, d := range c.DAGs {
		files = append(files, d.Files...)
		chosen[[2]string{d.Layer, d.Pipeline}] = true
	}
	return output.Plan(dir, files, func(layer, pipeline string) bool {
		switch s := c.selection; {
		case len(s.Pipelines) > 0:
			return chosen[[2]string{layer, pipeline}]
		case s.Layer != "":
			return layer == s.Layer
		}
		return true
	})
}
