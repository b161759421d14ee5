package naming

import (
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// The service accounts of an environment on Google Cloud.
const (
	DataflowAccount  = "dataflow"
	WorkflowsAccount = "workflows"
	SchedulerAccount = "scheduler"
	ComposerAccount  = "composer"
	DbtAccount       = "dbt"
)

// GoogleRepository is the Artifact Registry repository that a project has once:
// the project's name in lower case.
func (n Names) GoogleRepository() (string, error) {
	if err := n.needs(false); err != nil {
		return "", err
	}
	return build(googleRepositoryLimit, "image repository", "", lower(n.Project), n.Project)
}

// ArtifactsBucket is the bucket that a project has once: <Google project>-artifacts.
func (n Names) ArtifactsBucket() (string, error) {
	if err := n.needsGoogle(false); err != nil {
		return "", err
	}
	return build(googleBucketLimit, "artifacts bucket", n.GoogleProject+"-", "artifacts", n.GoogleProject, "artifacts")
}

// DataflowBucket is the environment's own bucket: <Google project>-<env>-dataflow.
func (n Names) DataflowBucket() (string, error) {
	return n.googleBucket("environment bucket", "dataflow")
}

// GoogleBucket is a data bucket of the environment: <Google project>-<env>-<name>
// in lower case and with - for _. The Google project is in it because bucket
// names are unique in the whole world.
func (n Names) GoogleBucket(name string) (string, error) {
	return n.googleBucket("data bucket "+name, name)
}

func (n Names) googleBucket(place, name string) (string, error) {
	if err := n.needsGoogle(true); err != nil {
		return "", err
	}
	return build(googleBucketLimit, place, lower(n.GoogleProject+"-"+n.Environment+"-"), lower(name),
		n.GoogleProject, n.Environment, name)
}

// ServiceAccount is the id of a service account of the environment, what stands
// before the @ of its e-mail address: <project>-<env>-<kind>. Only 30 characters
// are possible, so it is the beginning that is cut.
func (n Names) ServiceAccount(kind string) (string, error) {
	return n.ending(serviceAccountLimit, "service account "+kind, "-"+kind)
}

// Workflow is the workflow of a pipeline: <project>-<env>-<layer>-<pipeline>.
func (n Names) Workflow(layer, pipeline string) (string, error) {
	return n.lowerInEnvironment(workflowLimit, pipelinePlace(layer, pipeline), pipelineID(layer, pipeline), layer, pipeline)
}

// SchedulerJob is the scheduler job of a pipeline whose schedule has no name:
// <project>-<env>-<layer>-<pipeline>.
func (n Names) SchedulerJob(layer, pipeline string) (string, error) {
	return n.lowerInEnvironment(schedulerJobLimit, pipelinePlace(layer, pipeline), pipelineID(layer, pipeline), layer, pipeline)
}

// NamedSchedulerJob is the scheduler job of a schedule with a name:
// <project>-<env>-<schedule>. Environments may share a Google project.
func (n Names) NamedSchedulerJob(schedule string) (string, error) {
	return n.inEnvironment(schedulerJobLimit, "schedule "+schedule, schedule, "schedule", schedule)
}

// Secret is the secret of a connection profile: <project>-<env>-<profile>.
func (n Names) Secret(profile string) (string, error) {
	return n.inEnvironment(secretLimit, "connection profile "+profile, profile, profile)
}

// Composer is the Cloud Composer environment: <project>-<env>-composer.
func (n Names) Composer() (string, error) {
	return n.ending(composerLimit, "Cloud Composer environment", "-composer")
}

// Network is the environment's own VPC network: <project>-<env>-dataflow.
func (n Names) Network() (string, error) { return n.compute("network", "-dataflow") }

// Subnetwork is the private subnet of the environment's own network.
func (n Names) Subnetwork() (string, error) { return n.compute("subnetwork", "-dataflow-private") }

// Router is the router of the environment's own network.
func (n Names) Router() (string, error) { return n.compute("router", "-dataflow-router") }

// NAT is the gateway by which workers reach the internet.
func (n Names) NAT() (string, error) { return n.compute("NAT", "-dataflow-nat") }

// Address is the address with which workers appear on the internet.
func (n Names) Address() (string, error) { return n.compute("address", "-dataflow-nat-address") }

// Firewall is the rule by which workers reach each other.
func (n Names) Firewall() (string, error) { return n.compute("firewall rule", "-dataflow-workers") }

func (n Names) compute(place, suffix string) (string, error) {
	return n.ending(computeLimit, place, suffix)
}

// GoogleImage is the image of a pipeline in the project's Artifact Registry
// repository: <layer>-<pipeline> in lower case.
func GoogleImage(layer, pipeline string) (string, error) {
	return build(imageLimit, pipelinePlace(layer, pipeline), "", strings.ToLower(pipelineID(layer, pipeline)), layer, pipeline)
}

// GoogleWorkerImage is the image of a pipeline's workers, where it is another
// than GoogleImage: <layer>-<pipeline>-worker.
func GoogleWorkerImage(layer, pipeline string) (string, error) {
	name, err := GoogleImage(layer, pipeline)
	return name + "-worker", err
}

// DbtImage is the image of a dbt project in the project's Artifact Registry
// repository: dbt-<project> in lower case.
func DbtImage(project string) (string, error) {
	return build(imageLimit, "dbt project "+project, "dbt-", strings.ToLower(project), project)
}

// DataflowJob is how the names of a pipeline's jobs begin. A hyphen and up to 15
// characters, such as a time, make a whole name of it.
func DataflowJob(pipeline string) (string, error) {
	return build(dataflowJobLimit, "pipeline "+pipeline, "", lower(pipeline), pipeline)
}

// lowerInEnvironment is inEnvironment in lower case, where capitals are possible
// but not usual.
func (n Names) lowerInEnvironment(l limit, place, rest string, parts ...string) (string, error) {
	if err := n.needs(true); err != nil {
		return "", err
	}
	return build(l, place, lower(n.prefix()), strings.ToLower(rest), append([]string{n.Project, n.Environment}, parts...)...)
}

// ending makes <project>-<env><suffix> and keeps the suffix whole.
func (n Names) ending(l limit, place, suffix string) (string, error) {
	if err := n.needs(true); err != nil {
		return "", err
	}
	stem := strings.TrimSuffix(n.prefix(), "-")
	name := shorten("", lower(stem), l.max-len(suffix), []string{n.Project, n.Environment}) + suffix
	return name, l.check(place, name)
}

// needsGoogle refuses a name without a Google project.
func (n Names) needsGoogle(environment bool) error {
	if n.GoogleProject == "" {
		return problem.Problem{Resource: "cloud names", Summary: "the Google project is not known",
			Hint: "Set gcp.project_id in universal/Pulumi.universal.yaml."}
	}
	if environment {
		return n.needs(true)
	}
	return nil
}

func lower(s string) string { return dashes(strings.ToLower(s)) }
