package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// longestEnvironment is how long an environment's name may be for the name of what it
// starts to be made when the file is parsed: a longer whole is shortened by package
// naming, in a way that needs the environment.
const longestEnvironment = 16

// The limits of the names; package naming has their sources.
const (
	workflowLimit     = 64
	stateMachineLimit = 80
)

var (
	createExecution = class{"airflow.providers.google.cloud.operators.workflows", "WorkflowsCreateExecutionOperator"}
	executionSensor = class{"airflow.providers.google.cloud.sensors.workflows", "WorkflowExecutionSensor"}
	startMachine    = class{"airflow.providers.amazon.aws.operators.step_function", "StepFunctionStartExecutionOperator"}
	machineSensor   = class{"airflow.providers.amazon.aws.sensors.step_function", "StepFunctionExecutionSensor"}
)

// workflowName and stateMachine make the names that package naming makes; their texts
// are made for each file, as the project is in them.
var (
	workflowName = helper{
		name: "workflow_name",
		text: `def workflow_name(pipeline: str) -> str:
    """Return the name of a pipeline's workflow in this environment."""
    name = NAME
    return name.lower().replace("_", "-").replace("/", "-")
`,
		helpers: []string{"ENVIRONMENT"},
	}
	stateMachine = helper{
		name: "state_machine",
		text: `def state_machine(pipeline: str) -> str:
    """Return the ARN of a pipeline's state machine in this environment."""
    return NAME
`,
		helpers: []string{"ENVIRONMENT"},
	}
)

// jsonTemplate is for arguments that Airflow renders: a text is rendered before it is
// quoted, so that nothing in it can end what it is in.
var jsonTemplate = helper{
	name: "json_template",
	text: `def json_template(value: Any) -> str:
    """Return a template that is rendered to a value as JSON."""
    if isinstance(value, dict):
        items = [f"{json_template(k)}: {json_template(v)}" for k, v in value.items()]
        return "{ " + ", ".join(items) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(json_template(one) for one in value) + "]"
    if isinstance(value, str) and "{" in value:
        return "{% set text %}" + value + "{% endset %}{{ text | tojson }}"
    return json.dumps(value)
`,
	whole: []string{"json"},
	names: map[string][]string{"typing": {"Any"}},
}

// workflow writes a group that starts the workflow of another pipeline and waits for it.
func (c *compiler) workflow(t *dag.Task) error {
	if err := c.checkStarted(t, workflowLimit); err != nil {
		return err
	}
	c.need(projectID)
	c.need(workflowsRegion)
	c.need(workflowName)
	execution := dict()
	if len(t.Arguments) > 0 {
		argument, err := c.json(t)
		if err != nil {
			return err
		}
		execution.items = append(execution.items, key("argument", argument))
	}
	place := []item{
		keyword("workflow_id", call(workflowName.name, item{value: text(pipelineID(t.Starts))})),
		keyword("location", atom("WORKFLOWS_REGION")),
		keyword("project_id", atom("PROJECT_ID")),
	}
	start := append(c.base(t, "start"), append(place, keyword("execution", execution))...)
	id := "{{ ti.xcom_pull(task_ids='" + t.Identifier + ".start', key='execution_id') }}"
	wait := append([]item{keyword("task_id", text("wait"))}, append(place, keyword("execution_id", text(id)), keyword("mode", text("reschedule")))...)
	c.startAndWait(t, call(c.class(createExecution), start...), call(c.class(executionSensor), wait...))
	return nil
}

// lambda writes a group that starts the state machine of another pipeline and waits for it.
func (c *compiler) lambda(t *dag.Task) error {
	if err := c.checkStarted(t, stateMachineLimit); err != nil {
		return err
	}
	if c.options.AWSAccount == "" || c.options.AWSRegion == "" {
		return refuse(t, "the account or the region of AWS is not known", "the state machine's ARN has both", "Set AWS_ACCOUNT and AWS_REGION.")
	}
	c.need(stateMachine)
	start := append(c.base(t, "start"), keyword("state_machine_arn", call(stateMachine.name, item{value: text(pipelineID(t.Starts))})))
	if len(t.Arguments) > 0 {
		argument, err := c.json(t)
		if err != nil {
			return err
		}
		start = append(start, keyword("state_machine_input", argument))
	}
	id := "{{ ti.xcom_pull(task_ids='" + t.Identifier + ".start') }}"
	c.startAndWait(t, call(c.class(startMachine), start...),
		call(c.class(machineSensor), keyword("task_id", text("wait")), keyword("execution_arn", text(id)), keyword("mode", text("reschedule"))))
	return nil
}

// pipelineID is the part of a name that stands for a pipeline.
func pipelineID(starts string) string {
	return strings.NewReplacer("/", "-", "_", "-").Replace(starts)
}

// checkStarted refuses what has no name that could be made without the environment's.
func (c *compiler) checkStarted(t *dag.Task, limit int) error {
	project, id := c.options.Project, pipelineID(t.Starts)
	switch {
	case project == "":
		return refuse(t, "the project's name is not known", "the name of what the task starts begins with it", "Set project in universal/Pulumi.universal.yaml.")
	case len(project)+len(id)+2+longestEnvironment > limit:
		return refuse(t, "the name of what the task starts is too long",
			fmt.Sprintf("%s-<environment>-%s; at most %d characters are possible with an environment of %d", project, id, limit, longestEnvironment), "Give the pipeline a shorter name.")
	}
	return nil
}

// startTexts are the helpers' texts with the project in them.
func (c *compiler) startTexts(anew map[string]string) {
	name := braces(c.options.Project) + "-{ENVIRONMENT}-{pipeline}"
	anew[workflowName.name] = strings.Replace(workflowName.text, "NAME", formatted(name), 1)
	arn := braces("arn:aws:states:" + c.options.AWSRegion + ":" + c.options.AWSAccount + ":stateMachine:")
	anew[stateMachine.name] = strings.Replace(stateMachine.text, "return NAME", "name = "+formatted(name)+"\n    return f"+quote(arn+"{name}"), 1)
}

// braces escapes those of an f-string.
func braces(s string) string { return strings.NewReplacer("{", "{{", "}", "}}").Replace(s) }

// json is the task's arguments as a text of JSON.
func (c *compiler) json(t *dag.Task) (node, error) {
	value, err := c.value(c.plain(dag.Values(t.Arguments)), text)
	if err != nil {
		return node{}, err
	}
	n := call("json.dumps", item{value: value})
	if hasTemplate(dag.Values(t.Arguments)) {
		c.need(jsonTemplate)
		n.open = jsonTemplate.name + "("
	} else {
		c.use("json")
	}
	for _, a := range t.Arguments {
		if c.mentioned(a.Value) {
			n.plus = names.name
		}
	}
	return n, nil
}

// hasTemplate reports a value with a text that Airflow would render.
func hasTemplate(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "{{") || strings.Contains(v, "{%") || strings.Contains(v, "{#")
	case []any:
		return slices.ContainsFunc(v, hasTemplate)
	case dag.Values:
		return slices.ContainsFunc(v, func(a dag.Argument) bool { return hasTemplate(a.Name) || hasTemplate(a.Value) })
	}
	return false
}

// mentioned looks for names in all texts of a value.
func (c *compiler) mentioned(v any) bool {
	found := false
	_, _ = c.value(v, func(s string) node { // the value was written before
		found = c.mention(s) || found
		return text(s)
	})
	return found
}

// startAndWait writes the group of both.
func (c *compiler) startAndWait(t *dag.Task, start, wait node) {
	c.group(t)
	defer c.endGroup()
	begun, ended := c.variable(t.Identifier+".start"), c.variable(t.Identifier+".wait")
	start.wide, wait.wide = true, true
	c.assign(begun, start)
	c.assign(ended, wait)
	c.body.WriteString("\n")
	c.statement(edge([]node{atom(begun)}, ended))
}
