package compile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
)

const podOperator = "airflow.providers.cncf.kubernetes.operators.pod"

var (
	dbtAccount = helper{name: "DBT_SERVICE_ACCOUNT", text: "DBT_SERVICE_ACCOUNT = os.environ[\"DOP_DBT_SERVICE_ACCOUNT\"]\n", whole: []string{"os"}}
	// kubeConfig is where Composer has it; see
	// https://cloud.google.com/composer/docs/composer-3/use-kubernetes-pod-operator
	kubeConfig = helper{name: "KUBE_CONFIG", text: `KUBE_CONFIG = os.environ.get("DOP_KUBE_CONFIG", "/home/airflow/composer_kube_config")
`, whole: []string{"os"}}
	// dbtImages are the images of the projects; its text is made for each file.
	dbtImages = helper{name: "DBT_IMAGES"}
	dbtVars   = helper{name: "DBT_VARS", text: `DBT_VARS = json.dumps(
    {
        "ds": "{{ ds }}",
        "ds_nodash": "{{ ds_nodash }}",
        "ts": "{{ ts }}",
        "ts_nodash": "{{ ts_nodash }}",
        "ts_nodash_with_tz": "{{ ts_nodash_with_tz }}",
    }
)
`, whole: []string{"json"}}
	// fullRefresh is an argument that is rendered to nothing in a usual run.
	fullRefresh = helper{name: "FULL_REFRESH", text: `FULL_REFRESH = """{{
    "--full-refresh" if (dag_run.conf or {}).get("full_refresh") is true
}}"""
`}
)

// dbtOperator runs dbt on what package image/source puts into the project's image.
var dbtOperator = helper{
	name: "DbtOperator",
	text: `class DbtOperator(KubernetesPodOperator):
    """A command of dbt in a pod, without the options that are rendered to nothing."""

    def __init__(
        self, *, project: str, command: list[str], options: list[str], **kwargs: Any
    ) -> None:
        dirs = ["--project-dir", f"/dbt/{project}", "--profiles-dir", "/dbt/profiles"]
        super().__init__(
            image=DBT_IMAGES[project],
            namespace="composer-user-workloads",
            config_file=KUBE_CONFIG,
            kubernetes_conn_id=None,
            startup_timeout_seconds=600,
            cmds=["dbt", "--no-use-colors"],
            arguments=[*command, *dirs, "--vars", DBT_VARS, *options],
            env_vars={
                "DOP_PROJECT_ID": PROJECT_ID,
                "DOP_LOCATION": LOCATION,
                "DOP_ENVIRONMENT": ENVIRONMENT,
                "DOP_DBT_SERVICE_ACCOUNT": DBT_SERVICE_ACCOUNT,
            },
            **kwargs,
        )

    def execute(self, context: Any) -> Any:
        self.arguments = [argument for argument in self.arguments if argument]
        return super().execute(context)
`,
	names:   map[string][]string{podOperator: {"KubernetesPodOperator"}, "typing": {"Any"}},
	helpers: []string{"PROJECT_ID", "LOCATION", "ENVIRONMENT", "DBT_SERVICE_ACCOUNT", "KUBE_CONFIG", "DBT_IMAGES", "DBT_VARS"},
}

// publishing runs dbt and puts what it leaves into a bucket, as DOP does for --bucket.
// The image has Google's client, as dbt's adapter for BigQuery needs it.
var (
	publishing = helper{name: "PUBLISH", text: `PUBLISH = """\
import os, pathlib, subprocess, sys
from google.cloud import storage

bucket, path, *command = sys.argv[1:]
ended = subprocess.run(command).returncode
bucket = storage.Client(project=os.environ["DOP_PROJECT_ID"]).bucket(bucket)
for name in "index.html", "catalog.json", "manifest.json", "run_results.json":
    file = pathlib.Path(os.environ.get("DBT_TARGET_PATH", "target"), name)
    if file.exists():
        bucket.blob(f"{path}/{name}".lstrip("/")).upload_from_filename(file)
sys.exit(ended)
"""
`}
	dbtPublisher = helper{
		name: "DbtPublishOperator",
		text: `class DbtPublishOperator(DbtOperator):
    """A command of dbt, whose results go to a bucket."""

    def __init__(self, *, bucket: str, path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cmds = ["python", "-c", PUBLISH, bucket, path, *self.cmds]
`,
		helpers: []string{"PUBLISH", "DbtOperator"},
	}
)

// refreshing are the commands that have --full-refresh.
var refreshing = []string{"run", "build", "seed"}

// dbt writes a task of dbt, or a group with a task per model.
func (c *compiler) dbt(t *dag.Task) error {
	if t.Dbt == nil || t.Dbt.Project == "" {
		return refuse(t, "a task of dbt has no project", "", "Name it in options.project.")
	}
	command := strings.Fields(t.Target)
	if len(command) == 0 {
		return refuse(t, "a task of dbt has no command", "", "Name it in kind.target, such as run.")
	}
	if t.Dbt.Models {
		return c.models(t)
	}
	c.task(t, c.dbtTask(t, t.Identifier, command))
	return nil
}

// dbtTask is a pod that runs a command, with the task's own arguments.
func (c *compiler) dbtTask(t *dag.Task, id string, command []string, more ...string) node {
	c.images[t.Dbt.Project] = true
	if c.line.undated {
		c.needDates()
	}
	options := list()
	add := func(n node) { options.items = append(options.items, item{value: n}) }
	full, operator := false, dbtOperator
	where := map[string]string{}
	for _, a := range t.Arguments {
		if a.Name == "--bucket" || a.Name == "--bucket-path" {
			where[a.Name] = fmt.Sprint(a.Value)
			continue
		}
		full = full || a.Name == "--full-refresh"
		add(text(a.Name))
		if a.Value != nil {
			add(c.templated(fmt.Sprint(a.Value)))
		}
	}
	for _, s := range more {
		add(text(s))
	}
	if !full && slices.Contains(refreshing, command[0]) {
		c.need(fullRefresh)
		add(atom(fullRefresh.name))
	}
	items := append(c.base(t, id), keyword("project", text(t.Dbt.Project)), keyword("command", texts(command)), keyword("options", options))
	if bucket := where["--bucket"]; bucket != "" {
		operator = dbtPublisher
		items = append(items, keyword("bucket", c.templated(bucket)), keyword("path", c.templated(where["--bucket-path"])))
	}
	c.need(operator)
	n := call(operator.name, items...)
	n.wide = true
	return n
}

// imagesText is the constant with the images of the projects that tasks use. One that is
// not built has the name that its image gets.
func (c *compiler) imagesText() string {
	images := dict()
	for _, project := range slices.Sorted(maps.Keys(c.images)) {
		image := c.options.DbtImages[project]
		images.items = append(images.items, key(project, text(cmp.Or(image, "dbt-"+project))))
	}
	var b strings.Builder
	b.WriteString(dbtImages.name + " = ")
	images.write(&b, 0, len(dbtImages.name+" = "), 0)
	return b.String() + "\n"
}
