package config

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Google is what an environment has on Google Cloud: the blocks of project and
// environment together, with every default filled in.
type Google struct {
	// GoogleEnvironment is the environment's block, complete.
	GoogleEnvironment
	// Universal is the project's block, complete.
	Universal GoogleUniversal
	// Names makes the environment's names on Google Cloud.
	Names naming.Names
	// ServiceProject is the name under which the DAGs stand in Cloud Composer: that of
	// Universal.
	ServiceProject string
}

// Google is the project's block with every default filled in; nil when the
// project has nothing on Google Cloud. The error is a problem of a name that
// Google would refuse.
func (u Universal) Google() (*GoogleUniversal, error) {
	if u.GCP == nil {
		return nil, nil
	}
	g := *u.GCP
	if g.ProjectID == "" || g.Region == "" {
		return nil, problem.Problem{Resource: "gcp", Summary: "project_id or region is missing",
			Hint: "set gcp.project_id and gcp.region in universal/Pulumi.universal.yaml"}
	}
	for key, value := range u.Tags {
		if _, _, err := naming.Label(key, value); err != nil {
			return nil, err
		}
	}
	names := naming.Names{Project: u.Project, GoogleProject: g.ProjectID}
	if g.PythonVersion == "" {
		g.PythonVersion = DefaultGooglePython
	}
	if g.LauncherImage == "" {
		g.LauncherImage = "gcr.io/dataflow-templates-base/python" + strings.ReplaceAll(g.PythonVersion, ".", "") + "-template-launcher-base"
	}
	if g.SDKImage == "" {
		g.SDKImage = "apache/beam_python" + g.PythonVersion + "_sdk:" + yamlpipeline.BeamVersion()
	}
	g.DbtBaseImage = or(g.DbtBaseImage, DefaultDbtBase)
	g.AirflowBaseImage = or(g.AirflowBaseImage, DefaultAirflowBase)
	if g.CreateProject != nil && g.CreateProject.Name == "" {
		create := *g.CreateProject
		create.Name = g.ProjectID
		g.CreateProject = &create
	}
	return &g, firstError(
		fill(&g.RepositoryName, names.GoogleRepository),
		fill(&g.BucketName, names.ArtifactsBucket),
		fill(&g.ServiceProject, names.ServiceProject),
	)
}

// GoogleIn is what the environment has on Google Cloud; nil when the project has
// nothing there. An environment without a block has the defaults. The error is a
// problem of what does not go together or of a name that Google would refuse.
func (u Universal) GoogleIn(e Environment) (*Google, error) {
	universal, err := u.Google()
	if err != nil {
		return nil, err
	}
	if universal == nil {
		if e.GCP != nil {
			return nil, problem.Problem{Resource: "environment " + e.Environment, Summary: gcpAlone, Detail: gcpAloneDetail, Hint: gcpAloneHint}
		}
		return nil, nil
	}
	g := &Google{Universal: *universal, ServiceProject: universal.ServiceProject}
	if e.GCP != nil {
		g.GoogleEnvironment = *e.GCP
	}
	g.ProjectID = or(g.ProjectID, universal.ProjectID)
	g.Region = or(g.Region, universal.Region)
	if g.TempRetentionDays == nil {
		days := DefaultTempRetentionDays
		g.TempRetentionDays = &days
	}
	switch {
	case !g.Network.Existing():
		g.Network.CIDR = or(g.Network.CIDR, DefaultCIDR)
	default:
		g.Network.ProjectID = or(g.Network.ProjectID, g.ProjectID)
	}
	g.Names = naming.Names{Project: u.Project, Environment: e.Environment, GoogleProject: g.ProjectID}
	return g, firstError(
		fill(&g.BucketName, g.Names.DataflowBucket),
		g.account(&g.DataflowWorker, naming.DataflowAccount),
		g.account(&g.Workflows, naming.WorkflowsAccount),
		g.account(&g.Scheduler, naming.SchedulerAccount),
		g.distinctBuckets(),
		g.completeComposer(),
	)
}

// account completes one of the accounts.
func (g *Google) account(a *ServiceAccount, kind string) error {
	if a.External {
		if a.Email == "" {
			return problem.Problem{Resource: "service account " + kind, Summary: "an account that someone else manages has no e-mail address",
				Hint: "give its address in infra/Pulumi." + g.Names.Environment + ".yaml"}
		}
		return nil
	}
	err := fill(&a.ID, func() (string, error) { return g.Names.ServiceAccount(kind) })
	a.Email = a.ID + "@" + g.ProjectID + ".iam.gserviceaccount.com"
	return err
}

// distinctBuckets refuses two buckets of one name.
func (g *Google) distinctBuckets() error {
	owners := map[string]string{g.BucketName: "the environment's own bucket", g.Universal.BucketName: "the artifacts bucket"}
	if g.BucketName == g.Universal.BucketName {
		return problem.Problem{Resource: "bucket " + g.BucketName, Summary: "the artifacts bucket and an environment's own bucket have one name",
			Hint: "give the environment another gcp.bucket_name"}
	}
	for _, b := range g.DataBuckets {
		name, err := g.Names.GoogleBucket(b.Name)
		if err != nil {
			return err
		}
		if other, taken := owners[name]; taken {
			return problem.Problem{Resource: "data bucket " + b.Name, Summary: "two buckets have one name on Google Cloud",
				Detail: fmt.Sprintf("%s and data bucket %s are both %s", other, b.Name, name), Hint: "rename the data bucket"}
		}
		owners[name] = "data bucket " + b.Name
	}
	return nil
}

// SubnetworkPath is the subnetwork of the workers as Dataflow takes it, where
// name is that of a subnetwork of dorc's own: below the region, or the whole
// address when it is of another project.
// Source: https://cloud.google.com/dataflow/docs/guides/specifying-networks
func (g *Google) SubnetworkPath(name string) string {
	path := "regions/" + g.Region + "/subnetworks/"
	switch {
	case !g.Network.Existing():
		return path + name
	case g.Network.ProjectID == g.ProjectID:
		return path + g.Network.Subnetwork
	default:
		return "https://www.googleapis.com/compute/v1/projects/" + g.Network.ProjectID + "/" + path + g.Network.Subnetwork
	}
}

// StagingDays is how long objects below staging/ are kept; 0 is for ever.
func (g *Google) StagingDays() int {
	if days := *g.TempRetentionDays; days == 0 || days > StagingRetentionDays {
		return days
	}
	return StagingRetentionDays
}

// RepositoryURL is where the project's images are pushed to.
func (g GoogleUniversal) RepositoryURL() string {
	return g.Region + "-docker.pkg.dev/" + g.ProjectID + "/" + g.RepositoryName
}

func fill(field *string, make func() (string, error)) (err error) {
	if *field == "" {
		*field, err = make()
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
