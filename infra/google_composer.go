package infra

import (
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/composer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/config"
)

// GoogleComposer is an environment's Cloud Composer.
type GoogleComposer struct {
	// Environment is the Cloud Composer environment; nil when someone else made it.
	Environment *composer.Environment
	// ServiceAccount is the account of the environment and of its tasks; nil when
	// someone else made the environment and its account is not known. Dbt is the
	// account of dbt.
	ServiceAccount, Dbt *GoogleAccount
}

// createComposer creates the environment's Cloud Composer, and adds the outputs.
// Its accounts have their roles first: Google takes most of an hour to find out
// that one is missing.
func (g *Google) createComposer(s *googleScope, outputs pulumi.Map) (err error) {
	if s.Composer == nil {
		return nil
	}
	c := &GoogleComposer{}
	g.Composer = c
	if c.Dbt, err = s.account("dbt", "dbt", s.Composer.Dbt); err != nil {
		return err
	}
	if s.Composer.Existing == "" || s.Composer.ServiceAccount.Email != "" {
		if c.ServiceAccount, err = s.account("composer", "Cloud Composer", s.Composer.ServiceAccount); err != nil {
			return err
		}
	}
	granted, err := c.grant(s)
	if err != nil {
		return err
	}
	outputs["dbt_service_account"] = c.Dbt.Email
	if s.Composer.Existing != "" {
		existingOutputs(s.Composer, outputs)
		return nil
	}
	args := s.composerArgs(c.ServiceAccount, g.Network)
	needs := granted
	if g.Network != nil {
		needs = append(needs, g.Network.NAT) // what starts it fetches things from the internet
	}
	if c.Environment, err = composer.NewEnvironment(s.ctx, "composer", args, s.needs("bigquery", "composer", "container", "iamcredentials"), pulumi.DependsOn(needs)); err != nil {
		return err
	}
	c.outputs(outputs)
	return nil
}

// outputs adds what Google gave the environment.
func (c *GoogleComposer) outputs(outputs pulumi.Map) {
	made := c.Environment.Config
	prefix := made.DagGcsPrefix().Elem()
	outputs["composer_environment"] = c.Environment.Name
	outputs["composer_airflow_uri"] = made.AirflowUri().Elem()
	outputs["composer_dag_gcs_prefix"] = prefix
	outputs["composer_bucket"] = prefix.ApplyT(bucketOf).(pulumi.StringOutput)
	outputs["composer_image_version"] = made.SoftwareConfig().ImageVersion().Elem()
	outputs["composer_service_account"] = c.ServiceAccount.Email
}

// bucketOf is the bucket of gs://<bucket>/dags.
func bucketOf(prefix string) string {
	bucket, _, _ := strings.Cut(strings.TrimPrefix(prefix, "gs://"), "/")
	return bucket
}

// existingOutputs are the same of an environment that someone else made, as far as
// the configuration says them.
func existingOutputs(c *config.Composer, outputs pulumi.Map) {
	outputs["composer_environment"] = pulumi.String(c.Name)
	outputs["composer_airflow_uri"] = pulumi.String(c.AirflowURI)
	outputs["composer_dag_gcs_prefix"] = pulumi.String("gs://" + c.Bucket + "/dags")
	outputs["composer_bucket"] = pulumi.String(c.Bucket)
	outputs["composer_image_version"] = pulumi.String(c.ImageVersion)
	outputs["composer_service_account"] = pulumi.String(c.ServiceAccount.Email)
}
