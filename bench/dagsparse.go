package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/airflow/venv"
)

// dagImage is the image whose Airflow parses, and dagFactory what builds DAGs from YAML
// while Airflow parses. The version goes with that Airflow.
const (
	dagImage   = "composer-3-airflow-2.10.5-build.15"
	dagFactory = "dag-factory==1.0.1"
)

// parseScript has Airflow parse a folder, after the imports that all of its files share.
const parseScript = `
import importlib, json, sys, time
from airflow.models import DagBag
for name in sys.argv[3:]:
    importlib.import_module(name)
began = time.perf_counter()
bag = DagBag(sys.argv[1], include_examples=False)
seconds = time.perf_counter() - began
with open(sys.argv[2], "w") as out:
    json.dump({"seconds": seconds, "dags": len(bag.dags), "tasks": sum(len(d.tasks) for d in bag.dags.values()), "errors": bag.import_errors}, out)
`

// measureParse has Airflow parse the first DAGs of the repo, and the same ones as
// dag-factory builds them, in turn.
func (d *dagsResult) measureParse(o options, ws *workspace) error {
	image, err := airflow.Find(dagImage)
	if err != nil {
		return err
	}
	say("the Python environment of Airflow %s with %s", image.Airflow, dagFactory)
	env, err := venv.Make(context.Background(), venv.Options{Image: image, Cache: ws.cache(), More: []string{dagFactory}})
	if err != nil {
		return err
	}
	compiled, factory := filepath.Join(ws.dir, "compiled"), filepath.Join(ws.dir, "factory")
	for i := range dagsParsed {
		name := filepath.Join("bench", fmt.Sprintf("d%04d", i))
		if err := os.CopyFS(filepath.Join(compiled, name), os.DirFS(filepath.Join(ws.dir, "out", name))); err != nil {
			return err
		}
	}
	if err := writeFiles(factory, factoryRepo()); err != nil {
		return err
	}
	for round := range o.runs + 1 {
		say("%d DAGs parsed by Airflow, compiled and by dag-factory, run %d", dagsParsed, round)
		one, err := parse50(ws, env.Python, compiled)
		if err != nil {
			return err
		}
		other, err := parse50(ws, env.Python, factory, "dagfactory")
		if err != nil {
			return err
		}
		if round > 0 {
			d.compiled, d.factory = append(d.compiled, one), append(d.factory, other)
		}
	}
	return nil
}

// parse50 is one process that parses a folder.
func parse50(ws *workspace, python, folder string, modules ...string) (parsing, error) {
	answer := filepath.Join(ws.dir, "answer.json")
	modules = append([]string{"airflow.providers.google.cloud.operators.bigquery"}, modules...)
	env := environment("AIRFLOW_HOME="+filepath.Join(ws.dir, "home"), "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT=600", "AIRFLOW__CORE__LOAD_EXAMPLES=False",
		"AIRFLOW__CORE__DAGS_FOLDER="+folder, "DOP_PROJECT_ID=bench-project", "DOP_LOCATION=EU")
	whole, err := timed(ws.dir, env, ws.limit, python, append([]string{"-c", parseScript, folder, answer}, modules...)...)
	if err != nil {
		return parsing{}, err
	}
	per, err := readParsing(answer, dagsParsed)
	return parsing{perDAG: per, whole: whole}, err
}

// factoryRepo are the same DAGs in dag-factory's YAML, each with the file that hands it over.
func factoryRepo() map[string]string {
	files := map[string]string{}
	for i := range dagsParsed {
		id := fmt.Sprintf("d%04d", i)
		var b strings.Builder
		fmt.Fprintf(&b, "%s:\n  description: DAG %d\n  schedule: \"%d 4 * * *\"\n  catchup: false\n  max_active_runs: 5\n  max_active_tasks: 2\n  tags: [bench]\n", id, i, i%60)
		b.WriteString("  default_args:\n    owner: bench\n    start_date: 1970-01-01\n    retries: 3\n    retry_delay_sec: 300\n  tasks:\n")
		for n, t := range dagTaskList() {
			fmt.Fprintf(&b, "    t%02d:\n", n)
			if t.sql == "" {
				b.WriteString("      operator: airflow.providers.google.cloud.operators.bigquery.BigQueryCreateEmptyDatasetOperator\n      dataset_id: bench\n      if_exists: ignore\n")
			} else {
				b.WriteString("      operator: airflow.providers.google.cloud.operators.bigquery.BigQueryInsertJobOperator\n      configuration:\n        query:\n          useLegacySql: false\n          query: |\n")
				for line := range strings.Lines("CREATE OR REPLACE TABLE bench.t AS\n" + t.sql) {
					b.WriteString("            " + line)
				}
			}
			if n > 0 {
				fmt.Fprintf(&b, "      dependencies: [t%02d]\n", max(0, n-1-n%3))
			}
		}
		files[id+"/"+id+".yaml"] = b.String()
		files[id+"/"+id+".py"] = fmt.Sprintf("# The DAG of %s.yaml, for Airflow.\nimport os\n\nfrom dagfactory import load_yaml_dags\n\nload_yaml_dags(globals_dict=globals(), config_filepath=os.path.join(os.path.dirname(__file__), %q))\n", id, id+".yaml")
	}
	return files
}
