package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/airflow"
	"github.com/dorc-dev/dorc/pkg/local/run/bigquery"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
	"github.com/dorc-dev/dorc/pkg/local/run/kubernetes"
)

// google is what an Airflow on this machine calls: Cloud Storage, BigQuery, Workflow
// Executions with the Dataflow jobs that workflows launch, a cluster's pods, and of AWS
// S3 and Step Functions.
type google struct {
	flow        *flow
	environment *cloud.Document
	executions  *http.Server
	address     string
	pods        *kubernetes.Server
	amazon      *amazon
	bigquery    *bigquery.Server
	temporary   string
}

// startGoogle starts all but BigQuery, and the record of who uses it: a DAG, or Airflow itself.
func (r *Runner) startGoogle(ctx context.Context, environment *cloud.Document, who string, input json.RawMessage, on func(Event)) (g *google, err error) {
	f, err := newFlow(ctx, r)
	if err != nil {
		return nil, err
	}
	g = &google{flow: f, environment: environment}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.close())
		}
	}()
	if f.root, err = r.begin(&f.events, Execution{StateMachine: who, StateMachineARN: environment.ID + "/dags/" + who, Input: input}, func(id string) string {
		return environment.ID + "/dags/" + who + "/dagRuns/" + id
	}, nil, on); err != nil {
		return nil, err
	}
	if g.temporary, err = f.temporary(); err != nil {
		return nil, err
	}
	if g.pods, err = kubernetes.Start(ctx, kubernetes.Options{Prepare: g.pod}); err != nil {
		return nil, err
	}
	if g.amazon, err = startAmazon(f); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the Workflow Executions endpoint: %w", err)
	}
	g.address = "http://" + listener.Addr().String()
	calls := &caller{flow: f, record: f.root}
	g.executions = &http.Server{Handler: http.HandlerFunc(calls.executions), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		// Serve ends with ErrServerClosed; a client whose connection breaks sees that itself.
		_ = g.executions.Serve(listener)
	}()
	return g, nil
}

// close ends all that was started, and removes what is temporary.
func (g *google) close() error {
	var errs []error
	if g.executions != nil {
		errs = append(errs, g.executions.Close())
	}
	if g.amazon != nil {
		errs = append(errs, g.amazon.close())
	}
	if g.pods != nil {
		errs = append(errs, g.pods.Close())
	}
	if g.bigquery != nil {
		// Its files are to be whole also when whoever waited has gone.
		errs = append(errs, g.bigquery.Stop(context.Background()))
	}
	errs = append(errs, g.flow.close())
	if g.temporary != "" {
		errs = append(errs, os.RemoveAll(g.temporary))
	}
	return errors.Join(errs...)
}

// imageVersion is that of the Composer environment.
func (g *google) imageVersion() string {
	return text(g.environment, "config", "softwareConfig", "imageVersion")
}

// packages are what the Composer environment installs besides those of its image.
func (g *google) packages() map[string]string {
	return table(g.environment, "config", "softwareConfig", "pypiPackages")
}

// local are the addresses for Airflow's processes.
func (g *google) local() (airflow.Local, error) {
	variables, err := gcs.Environment(g.flow.storage.URL, g.temporary, g.project())
	if err != nil {
		return airflow.Local{}, err
	}
	config, err := g.pods.Config(g.temporary)
	if err != nil {
		return airflow.Local{}, err
	}
	return airflow.Local{BigQuery: g.bigquery.URL(), Executions: g.address, Kubernetes: config, Google: variables, Amazon: g.amazon.variables()}, nil
}

// project is where the DAGs' data is, else the environment's own.
func (g *google) project() string {
	if p := table(g.environment, "config", "softwareConfig", "envVariables")["DOP_PROJECT_ID"]; p != "" {
		return p
	}
	return text(g.environment, "project")
}

// startBigQuery starts the local BigQuery, or finds the one that runs: its databases are in the local cloud's folder.
func (g *google) startBigQuery(ctx context.Context, tools Tools) error {
	say := func(line string) { g.flow.root.preparing("BigQuery", line) }
	python, err := tools.BigQuery(ctx, say)
	if err != nil {
		return err
	}
	g.bigquery, err = bigquery.Start(ctx, bigquery.Options{
		Python: python, State: filepath.Join(g.flow.runner.documents.Layout().Dir, "bigquery"), Cache: g.flow.runner.cache("bigquery"),
		Storage: g.flow.storage.URL, Location: table(g.environment, "config", "softwareConfig", "envVariables")["DOP_LOCATION"],
	})
	return err
}
