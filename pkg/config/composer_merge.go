package config

import (
	"maps"
	"strings"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// completeComposer fills in what the block composer leaves out.
func (g *Google) completeComposer() error {
	if g.Composer == nil {
		return nil
	}
	c := *g.Composer
	g.Composer = &c
	c.ImageVersion = or(c.ImageVersion, airflow.Default().Version)
	image, err := airflow.Find(c.ImageVersion)
	if err != nil {
		return err
	}
	c.Image = image
	c.DataLocation = or(c.DataLocation, g.Region)
	if err := g.account(&c.Dbt, naming.DbtAccount); err != nil {
		return err
	}
	if c.Existing != "" {
		c.Name = c.Existing
		c.ServiceAccount.External = true
		if c.Bucket == "" {
			return composerProblem(g.Names.Environment, "an existing Cloud Composer environment has no bucket", "", "give its bucket by gcp.composer.bucket")
		}
		return nil
	}
	c.Size, c.Resilience = or(c.Size, DefaultComposerSize), or(c.Resilience, DefaultResilience)
	if c.Private == nil {
		private := true
		c.Private = &private
	}
	c.completeRanges(g.Network)
	return firstError(
		fill(&c.Name, g.Names.Composer),
		g.account(&c.ServiceAccount, naming.ComposerAccount),
		c.checkRanges(g.Names.Environment, g.Network),
		c.checkKey(g.Names.Environment, g.Region),
	)
}

func composerProblem(environment, summary, detail, hint string) error {
	return problem.Problem{Resource: "environment " + environment, Summary: summary, Detail: detail, Hint: hint}
}

// The environment variables that dorc itself gives to Cloud Composer. Compiled DAGs
// read them, so that one artifact serves every environment.
const (
	// VariableProject is the Google project of the data, VariableLocation BigQuery's
	// location, VariableInfraProject the Google project of the images.
	VariableProject      = "DOP_PROJECT_ID"
	VariableLocation     = "DOP_LOCATION"
	VariableInfraProject = "DOP_INFRA_PROJECT_ID"
	// VariablePath is the folder of the service project, as tasks see it.
	VariablePath = "DOP_SERVICE_PROJECT_PATH"
	// VariableEnvironment is the environment's name, VariableDbtAccount the address of
	// the account of dbt, VariableWorkflows the region of the workflows.
	VariableEnvironment = "DOP_ENVIRONMENT"
	VariableDbtAccount  = "DOP_DBT_SERVICE_ACCOUNT"
	VariableWorkflows   = "DOP_WORKFLOWS_REGION"
)

// VariableBucket begins the names of those by which tasks find the environment's data
// buckets. To Airflow they are Variables, bucket_<name>: AIRFLOW_VAR_BUCKET_RAW is
// {{ var.value.bucket_raw }}. Source:
// https://airflow.apache.org/docs/apache-airflow/stable/howto/variable.html
const VariableBucket = "AIRFLOW_VAR_BUCKET_"

// ComposerVariables are the environment variables of the tasks: dorc's own, and
// those of the project itself, which win.
func (g *Google) ComposerVariables() map[string]string {
	variables := map[string]string{
		VariableProject: g.ProjectID, VariableLocation: g.Composer.DataLocation, VariableInfraProject: g.Universal.ProjectID,
		VariablePath: naming.DAGFolder(g.ServiceProject), VariableEnvironment: g.Names.Environment,
		VariableDbtAccount: g.Composer.Dbt.Email, VariableWorkflows: g.Region,
	}
	for _, b := range g.DataBuckets {
		if name, err := g.Names.GoogleBucket(b.Name); err == nil { // one that cannot be is refused where it is made
			variables[VariableBucket+strings.ToUpper(strings.ReplaceAll(b.Name, "-", "_"))] = name
		}
	}
	maps.Copy(variables, g.Composer.EnvironmentVariables)
	return variables
}
