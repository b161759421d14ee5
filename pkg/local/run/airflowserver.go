package run

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
)

// AirflowServer is an Airflow for an applied Composer environment.
type AirflowServer struct {
	// Composer is the environment's name, Bucket the bucket of its DAGs.
	Composer, Bucket string
	// Home keeps Airflow's database and logs from one start to the next.
	Home string
	// Port is that of its pages, on the loopback interface.
	Port int
	// Tools make what it needs besides the local cloud.
	Tools Tools
	// Containers runs its processes in containers of docker or podman instead of with
	// this machine's Python. What stands in for Google Cloud stays on this machine.
	Containers bool
}

// ServeAirflow runs an Airflow with what stands in for Google Cloud until the context
// ends or a part of it does. The caller holds its home (airflow.Hold). started is called when its processes are about to start.
func (r *Runner) ServeAirflow(ctx context.Context, a AirflowServer, on func(Event), started func(airflow.Server) error) error {
	environment, err := r.composer(a.Composer)
	if err != nil {
		return err
	}
	g, err := r.startGoogle(ctx, environment, "airflow", json.RawMessage("{}"), on)
	if err != nil {
		return err
	}
	err = g.serve(ctx, a, started)
	status, cause := Aborted, ""
	if err != nil {
		status, cause = Failed, err.Error()
	}
	g.flow.stop()
	return errors.Join(err, g.flow.root.end(status, nil, "", cause), g.close())
}

func (g *google) serve(ctx context.Context, a AirflowServer, started func(airflow.Server) error) (failed error) {
	say := func(line string) { g.flow.root.preparing("Airflow", line) }
	if _, err := SweepAirflow(ctx, a.Home); err != nil {
		return err
	}
	release, err := airflow.Claim(ctx, g.flow.runner.options.Cache, a.Home, a.Port, say)
	if err != nil {
		return err
	}
	defer release()
	// The objects of a bucket are files, so Airflow sees what is deployed as it comes.
	dags, err := filepath.Abs(filepath.Join(g.flow.runner.documents.Layout().Bucket(a.Bucket), "dags"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dags, 0o755); err != nil {
		return err
	}
	server := airflow.Server{
		Home: a.Home, Dags: dags, Port: a.Port,
		Variables: table(g.environment, "config", "softwareConfig", "envVariables"),
		Overrides: table(g.environment, "config", "softwareConfig", "airflowConfigOverrides"),
		Cache:     g.flow.runner.options.Cache,
	}
	if a.Containers {
		c, err := g.containers(ctx, a, dags, say)
		if err != nil {
			return err
		}
		defer func() { failed = errors.Join(failed, c.remove(ctx, a.Home)) }()
		server.Python, server.Wrap, server.Containers = c.image.Python, c.wrap, &c.Containers
	} else if server.Python, err = a.Tools.Airflow(ctx, g.imageVersion(), g.packages(), say); err != nil {
		return err
	}
	if err := g.startBigQuery(ctx, a.Tools); err != nil {
		return err
	}
	if server.Local, err = g.local(); err != nil {
		return err
	}
	if err := started(server); err != nil {
		return err
	}
	return server.Run(ctx, say)
}
