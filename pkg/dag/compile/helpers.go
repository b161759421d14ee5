package compile

// order has every helper that both lines share, in the order in which a file has them.
var order = []helper{
	projectID, location, environmentName, dbtAccount, kubeConfig, workflowsRegion, dbtImages, params, unsafeText, identifierText,
	names, scope, table, partitionedTable, view, udf, procedure, assertion, invocation, selection,
	queryJob, incremental, parameters, typed, safe, literals, identifiers, assertionHolds, dbtVars, fullRefresh, publishing, dbtOperator, dbtPublisher, checkRunning, runningBySDK, runningByModel, workflowName, stateMachine, jsonTemplate,
}

// What an environment says to its DAGs.
var (
	projectID       = helper{name: "PROJECT_ID", text: "PROJECT_ID = os.environ[\"DOP_PROJECT_ID\"]\n", whole: []string{"os"}}
	location        = helper{name: "LOCATION", text: "LOCATION = os.environ[\"DOP_LOCATION\"]\n", whole: []string{"os"}}
	environmentName = helper{name: "ENVIRONMENT", text: "ENVIRONMENT = os.environ[\"DOP_ENVIRONMENT\"]\n", whole: []string{"os"}}
	workflowsRegion = helper{name: "WORKFLOWS_REGION", text: "WORKFLOWS_REGION = os.environ[\"DOP_WORKFLOWS_REGION\"]\n", whole: []string{"os"}}
)

// queryJob makes the job of a template. What the definition says of a task is written
// into the template as an expression of Jinja, for which a repr of Python is one. Its
// text differs from file to file in whether there is NAMES.
var queryJob = helper{
	name: "query",
	text: `def query(template: str, *, action: str, target: str, **task: Any) -> dict[str, Any]:
    """Return a job that runs a template, to which the task is known as task."""
    kind = {"action": action, "target": target}
    task = {"database": PROJECT_ID, "options": {}, "kind": kind} | kind | task
    text = "{%- set task = " + repr(task) + " -%}\n" + NAMES + SCOPE + template
    return {"query": {"query": text, "useLegacySql": False}}
`,
	names:   map[string][]string{"typing": {"Any"}},
	helpers: []string{"PROJECT_ID", "SCOPE"},
}

var incremental = helper{
	name: "incremental",
	text: `def incremental(conf: dict[str, Any] | None) -> Callable[[], bool]:
    """Return what is_incremental() is in SQL: false for a run with full_refresh."""
    full_refresh = (conf or {}).get("full_refresh", False)
    if not isinstance(full_refresh, bool):
        raise ValueError("full_refresh in the run's configuration is true or false")
    return lambda: not full_refresh
`,
	names: map[string][]string{"collections.abc": {"Callable"}, "typing": {"Any"}},
}
