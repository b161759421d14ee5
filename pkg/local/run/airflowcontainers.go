package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/container"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// AirflowImage is an image of an Airflow that is in a container engine.
type AirflowImage struct {
	// Name is the image's in the engine, Key what decided its content.
	Name, Key string
	// Python is where it has Airflow.
	Python airflow.Python
}

// airflowContainers run the processes of an Airflow.
type airflowContainers struct {
	airflow.Containers
	engine *container.Engine
	image  AirflowImage
	mounts []container.Mount
	// bytecode keeps what Python compiles: the image's files are nobody's to write.
	bytecode string
}

// airflowPrefix begins the names of the containers of a home.
func airflowPrefix(home string) string {
	sum := sha256.Sum256([]byte(home))
	return "dorc-airflow-" + hex.EncodeToString(sum[:6]) + "-"
}

// containers makes everything ready for an Airflow in containers: the engine has its
// image, and no containers of an earlier one are left.
func (g *google) containers(ctx context.Context, a AirflowServer, dags string, say func(string)) (*airflowContainers, error) {
	engine, err := findAirflowEngine(ctx)
	if err != nil {
		return nil, err
	}
	c := &airflowContainers{engine: engine, Containers: airflow.Containers{Engine: engine.Name, Program: engine.Program(), Prefix: airflowPrefix(a.Home)}}
	if err := c.remove(ctx, a.Home); err != nil {
		return nil, err
	}
	if c.image, err = a.Tools.AirflowImage(ctx, g.imageVersion(), g.packages(), engine, say); err != nil {
		return nil, err
	}
	if err := engine.Reaches(ctx, c.image.Name, filepath.ToSlash(filepath.Join(c.image.Python.Bin, "python")), g.address); err != nil {
		return nil, err
	}
	c.bytecode = filepath.Join(g.flow.runner.cache("airflow-bytecode"), c.image.Key)
	for _, folder := range []string{c.bytecode, a.Home} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
	}
	// The folder of DAGs itself may go and come again, the bucket's does not.
	c.mounts = []container.Mount{{Path: a.Home}, {Path: c.bytecode}, {Path: filepath.Dir(dags), ReadOnly: true}, {Path: g.temporary, ReadOnly: true}}
	return c, nil
}

// findAirflowEngine finds an engine, and says what for.
func findAirflowEngine(ctx context.Context) (*container.Engine, error) {
	engine, err := container.Find(ctx)
	var p problem.Problem
	if errors.As(err, &p) {
		p.Summary, p.Hint = "no container engine was found to run Airflow in", "install or start Docker or Podman, or run without --docker"
		return nil, p
	}
	return engine, err
}

// certificates are the variables of this machine that name a file of certificates.
var certificates = []string{"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}

// wrap puts a program into a container of its own.
func (c *airflowContainers) wrap(ctx context.Context, name string, program *process.Program) (*process.Program, error) {
	s := container.Service{
		Name: c.Prefix + name, Image: c.image.Name, Argv: program.Argv, Dir: program.Dir,
		Environment: map[string]string{}, Mounts: c.mounts[:len(c.mounts):len(c.mounts)],
	}
	for _, pair := range program.Environment {
		key, value, _ := strings.Cut(pair, "=")
		s.Environment[key] = value
	}
	// Where programs and certificates are, the image knows.
	delete(s.Environment, "PATH")
	delete(s.Environment, "SSL_CERT_DIR")
	for _, name := range certificates {
		file, err := filepath.Abs(s.Environment[name])
		if info, failed := os.Stat(file); s.Environment[name] == "" || err != nil || failed != nil || !info.Mode().IsRegular() {
			delete(s.Environment, name)
			continue
		}
		s.Environment[name] = file
		s.Mounts = mounted(s.Mounts, container.Mount{Path: file, ReadOnly: true})
	}
	s.Mounts = mounted(s.Mounts, container.Mount{Path: program.Dir})
	delete(s.Environment, "PYTHONDONTWRITEBYTECODE")
	s.Environment["PYTHONPYCACHEPREFIX"] = c.bytecode
	s.Environment["USER"], s.Environment["LOGNAME"] = container.User(), container.User()
	argv, err := c.engine.Create(ctx, s)
	if err != nil {
		return nil, err
	}
	return &process.Program{Argv: argv, Dir: program.Dir, Environment: os.Environ()}, nil
}

// mounted adds a mount that is not there yet.
func mounted(all []container.Mount, m container.Mount) []container.Mount {
	for _, other := range all {
		if other.Path == m.Path {
			return all
		}
	}
	return append(all, m)
}

// maxRemove is how long removing the containers of an Airflow may take.
const maxRemove = 40 * time.Second

// remove removes all containers of a home, also when whoever started them is gone.
func (c *airflowContainers) remove(ctx context.Context, home string) error {
	return removeAirflow(ctx, c.engine, c.Prefix, home)
}

func removeAirflow(ctx context.Context, engine *container.Engine, prefix, home string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxRemove)
	defer cancel()
	if err := engine.RemoveAll(ctx, prefix); err != nil {
		return problem.Problem{
			Resource: "Airflow in " + home, Summary: "its containers cannot be removed", Detail: err.Error(),
			Hint: fmt.Sprintf("start %s again, or see what it says of them: %s ps --all --filter name=%s", engine.Name, engine.Name, prefix),
		}
	}
	return airflow.Forget(home)
}

// SweepAirflow removes the containers of an Airflow whose dorc was killed. The
// caller has seen that none runs, or holds the home. It tells whether there was one.
func SweepAirflow(ctx context.Context, home string) (bool, error) {
	last, err := airflow.Last(home)
	if err != nil || last == nil || last.Containers == nil {
		return false, err
	}
	return true, removeAirflow(ctx, container.At(last.Containers.Engine, last.Containers.Program), last.Containers.Prefix, home)
}
