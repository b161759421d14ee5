package stack

import (
	"context"
	"os"
	"slices"
	"strings"

	cloudgoogle "github.com/dorc-dev/dorc/pkg/cloud/google"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// HasNoAWS says whether the universal configuration at this path says aws: false.
// What is wrong with it is told when a stack is read.
func HasNoAWS(path string) bool {
	u, err := config.LoadUniversal(path)
	return err == nil && u.NoAWS
}

// onAWS says whether the project has anything on AWS. It does while its
// configuration cannot be read.
func (p *Project) onAWS() bool {
	u, err := p.Universal()
	return err != nil || !u.NoAWS
}

// onGoogle says whether the project has anything on Google Cloud.
func (p *Project) onGoogle() bool {
	u, err := p.Universal()
	return err == nil && u.GCP != nil
}

// googleAccess is how Google Cloud is asked.
func (p *Project) googleAccess() cloudgoogle.Access {
	s := p.Settings
	return cloudgoogle.Access{
		Token: cloudgoogle.Secret(s.GoogleToken.Reveal()), Credentials: cloudgoogle.Secret(s.GoogleCredentials.Reveal()),
		Endpoints: s.GoogleEndpoints,
	}
}

// google is a client of Google Cloud.
func (p *Project) google(ctx context.Context) (*cloudgoogle.Client, error) {
	return cloudgoogle.NewClient(ctx, p.googleAccess())
}

// setGoogle gives the plugin's process the credentials and endpoints that a file
// gave: it reads them from the environment. They are not put into the provider's
// configuration, which is kept in the state.
func (p *Project) setGoogle() error {
	s := p.Settings
	if s.Target != settings.TargetCloud && !strings.HasPrefix(s.InfraBucket, "gs://") {
		return nil
	}
	variables := map[string]string{}
	for name, value := range s.GoogleEndpoints {
		variables[name] = value
	}
	if !s.GoogleToken.Empty() {
		variables[settings.GoogleToken] = s.GoogleToken.Reveal()
	}
	if !s.GoogleCredentials.Empty() {
		variables[settings.GoogleCredentials] = s.GoogleCredentials.Reveal()
	}
	for name, value := range variables {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// googleProjects are the Google projects that these environments and the universal
// stack use, with what dorc makes in them.
func (p *Project) googleProjects(environments []string) (all []cloudgoogle.Project) {
	u, err := p.Universal()
	if err != nil {
		return nil // its own error is told when the stack is read
	}
	g, err := u.Google()
	if err != nil || g == nil {
		return nil
	}
	in := func(id string, types, apis []string) {
		at := slices.IndexFunc(all, func(x cloudgoogle.Project) bool { return x.ID == id })
		if at < 0 {
			all, at = append(all, cloudgoogle.Project{ID: id}), len(all)
		}
		all[at].Types = append(all[at].Types, types...)
		all[at].APIs = append(all[at].APIs, apis...)
	}
	universal := []string{"gcp:projects/service:Service", "gcp:artifactregistry/repository:Repository", "gcp:storage/bucket:Bucket"}
	if g.CreateProject != nil {
		universal = append(universal, "gcp:organizations/project:Project")
	}
	in(g.ProjectID, universal, g.RequiredAPIs())
	all[0].Create = creation(g.CreateProject)
	for _, name := range environments {
		if name == "" {
			continue
		}
		e, err := p.Environment(name)
		if err != nil {
			continue
		}
		if whole, err := u.GoogleIn(*e); err == nil && whole != nil {
			in(whole.ProjectID, append(environmentTypes(whole), p.pipelineTypes()...), whole.RequiredAPIs())
			if whole.Composer != nil {
				at := slices.IndexFunc(all, func(x cloudgoogle.Project) bool { return x.ID == whole.ProjectID })
				all[at].Environments = append(all[at].Environments, wantedComposer(whole))
			}
			in(g.ProjectID, []string{"gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", "dorc:image:Image"}, nil)
		}
	}
	return all
}

// wantedComposer is the environment's Composer, for the look at it.
func wantedComposer(g *config.Google) cloudgoogle.Wanted {
	c := g.Composer
	w := cloudgoogle.Wanted{Name: c.Name, Region: g.Region, Image: c.ImageVersion, Existing: c.Existing != "", Bucket: c.Bucket}
	if c.ServiceAccount.External {
		w.Account = c.ServiceAccount.Email
	}
	return w
}

func creation(c *config.CreateProject) *cloudgoogle.Creation {
	switch {
	case c == nil:
		return nil
	case c.FolderID != "":
		return &cloudgoogle.Creation{Parent: "folders/" + c.FolderID, BillingAccount: c.BillingAccountID}
	case c.OrganizationID != "":
		return &cloudgoogle.Creation{Parent: "organizations/" + c.OrganizationID, BillingAccount: c.BillingAccountID}
	}
	return &cloudgoogle.Creation{BillingAccount: c.BillingAccountID}
}

// environmentTypes are those that an infra stack makes in its Google project.
func environmentTypes(g *config.Google) []string {
	types := []string{"gcp:storage/bucket:Bucket", "gcp:storage/bucketIAMMember:BucketIAMMember"}
	if len(g.OwnAPIs()) > 0 {
		types = append(types, "gcp:projects/service:Service")
	}
	if g.Composer != nil && g.Composer.Existing == "" {
		types = append(types, "gcp:composer/environment:Environment")
	}
	if !g.DataflowWorker.External || !g.Workflows.External || !g.Scheduler.External ||
		g.Composer != nil && (!g.Composer.ServiceAccount.External || !g.Composer.Dbt.External) {
		types = append(types, "gcp:serviceaccount/account:Account", "gcp:projects/iAMMember:IAMMember", "gcp:serviceaccount/iAMMember:IAMMember")
	}
	if !g.Network.Existing() {
		types = append(types, "gcp:compute/network:Network", "gcp:compute/subnetwork:Subnetwork", "gcp:compute/router:Router",
			"gcp:compute/routerNat:RouterNat", "gcp:compute/address:Address", "gcp:compute/firewall:Firewall")
	}
	if len(g.ConnectionProfiles) > 0 {
		types = append(types, "gcp:secretmanager/secret:Secret", "gcp:secretmanager/secretIamMember:SecretIamMember")
	}
	return types
}

// pipelineTypes are those that the pipelines make in an environment's Google project.
func (p *Project) pipelineTypes() (types []string) {
	repo, err := p.Repo()
	if err != nil {
		return nil
	}
	for _, x := range repo.Pipelines {
		if x.Definition != nil && x.Definition.Kind == definition.KindDag {
			types = append(types, "dorc:artifact:Deployment")
		}
		if x.Definition == nil || x.Definition.Kind != definition.KindDataflow && x.Definition.Kind != definition.KindWorkflow {
			continue
		}
		types = append(types, "gcp:workflows/workflow:Workflow", "gcp:cloudscheduler/job:Job")
		if x.Definition.Kind == definition.KindDataflow {
			types = append(types, "gcp:storage/bucketObject:BucketObject")
		}
	}
	return types
}

// stateOnGoogle says whether the state is looked at with Google's credentials.
func (p *Project) stateOnGoogle() bool {
	return p.onGoogle() && (!p.onAWS() || strings.HasPrefix(p.Settings.InfraBucket, "gs://"))
}
