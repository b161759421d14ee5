package pipelines

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/artifact/dags"
	deployment "github.com/dorc-dev/dorc/pkg/artifact/resource"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// createDAG creates a pipeline of kind dag: the images of the dbt projects that it
// runs, and its compiled files in the bucket of the environment's Composer.
func createDAG(ctx *pulumi.Context, a *Args, p *Pipeline, register func() (pulumi.ResourceOption, error)) (pulumi.Map, error) {
	google, err := a.Universal.GoogleIn(a.Environment)
	if err != nil {
		return nil, err
	}
	if err := needsComposer(a, google); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, args: a, names: google.Names}
	read, hash, err := b.compiled(google)
	if err != nil {
		return nil, err
	}
	if err := checkStarted(read, a); err != nil {
		return nil, err
	}
	shared, err := b.readComposer(len(dags.DbtProjects(read)) > 0)
	if err != nil {
		return nil, err
	}
	if err := b.sameAirflow(google, shared.image); err != nil {
		return nil, err
	}
	if b.parent, err = register(); err != nil {
		return nil, err
	}
	images, err := b.dbtImages(p, read, shared.repository)
	if err != nil {
		return nil, err
	}
	p.Deployment, err = deployment.NewDeployment(ctx, "dag", &deployment.Args{
		Environment:    pulumi.String(a.Environment.Environment),
		ServiceProject: pulumi.String(google.ServiceProject),
		Pipeline:       pulumi.String(a.Pipeline.ID()),
		DAGBucket:      pulumi.String(shared.bucket),
		Prefix:         pulumi.String(naming.DAGPrefix(google.ServiceProject)),
		ArtifactBucket: pulumi.String(shared.artifacts),
		Line:           pulumi.String(google.Composer.Image.Line),
		ContentHash:    pulumi.String(hash),
		DbtImages:      images,
	}, b.parent)
	if err != nil {
		return nil, err
	}
	return pulumi.Map{
		"dag_id": pulumi.String(read.ID), "artifact_id": p.Deployment.ArtifactID, "dag_path": p.Deployment.DAGPath,
	}, nil
}

// needsComposer refuses an environment without Composer.
func needsComposer(a *Args, google *config.Google) error {
	p := problem.Problem{
		File: problem.Shown(a.Pipeline.Dir), Summary: "a pipeline of kind dag needs Google Cloud",
		Detail: "the universal configuration has no gcp block",
		Hint:   "Write one: gcp: {project_id: <project>, region: <region>}",
	}
	if google == nil {
		return p
	}
	if google.Composer == nil {
		return NoComposer(problem.Shown(a.Pipeline.Dir), a.Environment.Environment)
	}
	return nil
}

// NoComposer is the problem of a pipeline of kind dag in an environment without
// Composer.
func NoComposer(folder, env string) problem.Problem {
	return problem.Problem{
		File: folder, Summary: "a pipeline of kind dag needs Cloud Composer, which the environment " + env + " does not have",
		Hint: "Add a block gcp.composer to infra/Pulumi." + env + ".yaml, or name an existing one there: composer: {existing: <name>, bucket: <bucket>}",
	}
}

// DAGOptions are what the DAGs of an environment are compiled for, but for dbt's images.
func DAGOptions(u config.Universal, google *config.Google, account string) dags.Options {
	return dags.Options{
		ServiceProject: google.ServiceProject, Images: []airflow.Image{google.Composer.Image},
		Project: u.Project, AWSAccount: account, AWSRegion: u.Region,
	}
}

// compiled reads the pipeline's DAG and gives the hash of what it is compiled to, with
// dbt's images left open.
func (b *builder) compiled(google *config.Google) (*dag.DAG, string, error) {
	a := b.args
	opened := a.DAGs
	if opened == nil {
		var err error
		if opened, err = dags.Open(a.Repo, google.Composer.Image); err != nil {
			return nil, "", err
		}
		defer opened.Close()
	}
	read, err := opened.DAG(a.Pipeline)
	if err != nil {
		return nil, "", err
	}
	if read == nil {
		return nil, "", problem.Problem{
			File: problem.Shown(a.Pipeline.Dir), Summary: "a pipeline of kind dag has no file that says what it does", Hint: "Write a " + dag.FileName + ".",
		}
	}
	if err := dag.CheckHosts(read, DAGHost(a.Environment.Environment, google)).Err(); err != nil {
		return nil, "", err
	}
	content, err := opened.Pipeline(a.Pipeline, DAGOptions(a.Universal, google, a.Account))
	if err != nil {
		return nil, "", err
	}
	return read, content.Hash(), nil
}

// composerShared is what a pipeline of kind dag needs from other stacks.
type composerShared struct {
	// bucket is that of the environment's Composer and image its image, artifacts is the
	// bucket of artifacts, and repository is where images are.
	bucket, image, artifacts, repository string
}

func (b *builder) readComposer(withImages bool) (*composerShared, error) {
	a := b.args
	o := &outputs{owner: "pipeline " + a.Pipeline.ID()}
	infra := newStack(b.ctx, a.InfraStack, "make infra/apply instance=infra env="+a.Environment.Environment)
	universal := newStack(b.ctx, a.UniversalStack, "make infra/apply instance=universal")
	s := &composerShared{
		bucket: o.text(infra, "composer_bucket"), image: o.text(infra, "composer_image_version"), artifacts: o.text(universal, "gcp_artifacts_bucket"),
	}
	if withImages {
		s.repository = o.text(universal, "gcp_repository_url")
	}
	return s, o.problems.Err()
}
