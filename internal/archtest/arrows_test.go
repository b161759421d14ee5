package archtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// arrow is an import that must not be, also over other packages.
type arrow struct {
	from, to []string
	// except may do it nevertheless.
	except []string
	// direct looks at a package's own imports only. It is for libraries that
	// others of our libraries use too.
	direct bool
	why    string
}

var (
	components = []string{"universal", "infra", "pipelines"}
	upper      = []string{"cmd/...", "pkg/cli/...", "pkg/ui/..."}
)

// everything is each package of the module.
var everything = []string{"cmd/...", "pkg/...", "internal/...", "schema/...", "universal/...", "infra/...", "pipelines/..."}

// arrows are the banned ones, with the reason. docs/architecture.md draws those
// that are left.
var arrows = []arrow{
	{from: append([]string{"pkg/component"}, components...), to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/settings"),
		why: "a component is called from anyone's Pulumi program: it must know no engine, command line, local cloud or .env"},
	{from: components, to: []string{"pkg/image", "pkg/image/registry", "pkg/image/docker", "pkg/image/python", "pkg/image/base"},
		why: "a component describes an image (pkg/image/resource, pkg/image/source); building and pushing is the provider's work"},
	{from: components, to: []string{"pkg/artifact", "pkg/artifact/bucket", "pkg/artifact/worktree"},
		why: "a component describes a deployment (pkg/artifact/resource) of what it compiles (pkg/artifact/dags); storing and deploying is the provider's work"},
	{from: []string{"pkg/artifact/dags"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/image/...", "pkg/artifact", "pkg/artifact/bucket", "pkg/artifact/worktree"),
		why: "it compiles what lies in a config repo, for whoever plans, checks or builds"},
	{from: []string{"pkg/image/layer", "pkg/image/registry", "pkg/image/python", "pkg/image/dockerfile", "pkg/image/docker", "pkg/image/base"},
		to:  concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/config", "pkg/configrepo", "pkg/settings", "pkg/image", "pkg/image/source"),
		why: "the tools of the image builder know files, packages and registries, not what a function is"},
	{from: []string{"pkg/beam/...", "pkg/workflows/...", "pkg/flextemplate"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/image/..."),
		why: "they know formats of Google's, not who provisions them"},
	{from: []string{"pkg/dbt"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/config", "pkg/configrepo", "pkg/image/...", "pkg/dag/..."),
		why: "it knows files of dbt's, not who makes images or tasks of them"},
	{from: []string{"pkg/dag/output"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/configrepo", "pkg/settings", "pkg/image/..."), direct: true,
		why: "it keeps files in a folder, whatever they were compiled from"},
	{from: []string{"pkg/dag/compile"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/configrepo", "pkg/settings", "pkg/image/...", "os", "os/exec"), direct: true,
		why: "a DAG is compiled from what was read, without files, programs or an environment"},
	{from: []string{"pkg/jinja"}, to: []string{"cmd/...", "universal", "infra", "pipelines", "schema", "internal/...", "pkg/airflow/...", "pkg/beam/...", "pkg/cli", "pkg/config", "pkg/configrepo", "pkg/dag/...", "pkg/engine", "pkg/local/...", "pkg/stack", "pkg/ui"},
		why: "it knows templates, not what they are for"},
	{from: []string{"pkg/dag"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/image/...", "pkg/config", "pkg/configrepo"),
		why: "it reads a folder of files, and is told what else there is: who finds folders, and who ships what they say, is its users' business"},
	{from: []string{"pkg/airflow"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/settings", "pkg/image/...", "pkg/airflow/venv", "pkg/airflow/pypi"),
		why: "configuration and DAGs are checked with what it knows of Airflow: it stands below both, and makes no environment"},
	{from: []string{"pkg/airflow/pypi"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/settings", "pkg/image", "pkg/image/registry", "pkg/image/docker", "pkg/airflow/venv"),
		why: "it asks pkg/image/python's resolver, and makes neither images nor environments"},
	{from: []string{"pkg/airflow/venv"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/cloud", "pkg/local/provider/...", "pkg/local/aws", "pkg/local/gcp", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/settings", "pkg/image/..."),
		why: "it installs a lock file, with pkg/local/run/python, into whatever folder it is given"},
	{from: []string{"pkg/content"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/image/..."),
		why: "it reads a pipeline's files for whoever checks or provisions them"},
	{from: []string{"pkg/cloud/..."}, to: concat(upper, "pkg/stack", "pkg/engine", "universal", "infra", "pipelines", "pkg/component/...", "pkg/local/...", "pkg/settings"),
		why: "it looks at an account, whoever asks and for whatever stack"},
	{from: everything, to: []string{"github.com/aws/aws-sdk-go-v2/service/ec2"}, except: []string{"pkg/cloud/aws"}, direct: true,
		why: "it takes a minute to build"},
	{from: everything, to: []string{"google.golang.org/api/dataflow/...", "google.golang.org/api/workflowexecutions/...", "google.golang.org/api/cloudresourcemanager/...", "google.golang.org/api/serviceusage/...", "google.golang.org/api/cloudbilling/...", "google.golang.org/api/composer/...", "google.golang.org/api/iam/..."}, except: []string{"pkg/cloud/google"}, direct: true,
		why: "one package asks Google Cloud, with one way to find credentials and to say what its errors mean"},
	{from: []string{"pkg/artifact/content"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/config", "pkg/configrepo", "pkg/image/...", "pkg/dag/...", "pkg/artifact", "pkg/artifact/bucket", "pkg/artifact/worktree", "cloud.google.com/go/storage"),
		why: "programs plan with an artifact's hash: what it is made of knows no bucket and no provider"},
	{from: []string{"pkg/artifact"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/config", "pkg/configrepo", "pkg/image/...", "pkg/dag/...", "pkg/airflow/..."),
		why: "it stores and deploys files: what a DAG means, and what an environment is, its callers know"},
	{from: []string{"pkg/artifact/bucket", "pkg/artifact/worktree"}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/cloud/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/settings", "pkg/config", "pkg/configrepo", "pkg/image/...", "pkg/dag/...", "pkg/artifact", "pkg/artifact/content"),
		why: "a bucket has objects and git has commits; what an artifact is they need not know"},
	{from: []string{"pkg/image/source"}, to: []string{"pkg/image", "pkg/image/registry", "pkg/image/docker", "pkg/image/python"},
		why: "programs of users plan with it: it must carry no builder"},
	{from: []string{"pkg/engine"}, to: concat(upper, "pkg/stack", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/configrepo", "pkg/definition", "pkg/local/...", "pkg/image/...", "pkg/settings"),
		why: "the engine runs any program with any providers: it takes a pulumi.RunFunc and knows no component"},
	{from: []string{"pkg/state"}, to: concat(upper, "pkg/stack", "pkg/engine", "universal", "infra", "pipelines", "pkg/config", "pkg/configrepo", "pkg/local/..."),
		why: "state is kept without knowing what a resource means or who asks"},
	{from: []string{"pkg/local/...", "pkg/rules", "pkg/awsrules/...", "pkg/googlerules/..."}, to: concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "universal", "infra", "pipelines", "pkg/component/...", "pkg/config", "pkg/configrepo", "pkg/image/...", "pkg/settings"),
		why: "the local cloud knows resource types, never components: it would otherwise be right about dorc's programs only"},
	{from: []string{"pkg/local/cloud"}, to: []string{"pkg/local/aws", "pkg/local/gcp", "pkg/local/provider/...", "pkg/local/run/..."},
		why: "the store has documents; what they mean is its users' business"},
	{from: []string{"pkg/local/objects"}, to: []string{"pkg/local/cloud", "pkg/local/aws", "pkg/local/gcp", "pkg/local/provider/...", "pkg/local/run/..."},
		why: "objects are files; which buckets there are and who asks for an object is its users' business"},
	{from: []string{"pkg/local/provider/..."}, to: []string{"pkg/local/aws", "pkg/local/gcp", "pkg/awsrules/...", "pkg/googlerules/...", "github.com/pulumi/pulumi-aws/...", "github.com/pulumi/pulumi-gcp/..."},
		why: "the machinery of the local providers knows no cloud: a cloud is a value that is given to it"},
	{from: []string{"pkg/local/aws"}, to: []string{"pkg/local/gcp", "pkg/googlerules/..."},
		why: "each cloud is one package; both meet in the store alone"},
	{from: []string{"pkg/local/gcp"}, to: []string{"pkg/local/aws", "pkg/awsrules/..."},
		why: "each cloud is one package; both meet in the store alone"},
	{from: []string{"pkg/local/aws", "pkg/local/gcp", "pkg/local/provider/..."}, to: []string{"pkg/local/run/..."},
		why: "providers make resources, the runtime executes them: both meet in the store alone"},
	{from: []string{"pkg/local/run/..."}, to: []string{"pkg/local/aws", "pkg/local/gcp", "pkg/local/provider/..."},
		why: "providers make resources, the runtime executes them: both meet in the store alone"},
	{from: []string{"pkg/rules"}, to: []string{"pkg/local/...", "pkg/awsrules/...", "pkg/googlerules/..."},
		why: "it runs tables of rules, and knows no cloud"},
	{from: []string{"pkg/composer"}, to: everything, except: []string{"pkg/problem"},
		why: "configuration, rules, the local cloud and the look at Google Cloud all ask it what Composer allows"},
	{from: []string{"pkg/stack"}, to: upper,
		why: "the stacks are used by the command line, and by other programs too"},
	{from: []string{"pkg/ui"}, to: []string{"cmd/...", "pkg/cli/...", "pkg/stack", "pkg/config", "pkg/configrepo"},
		why: "showing is given what it shows; it fetches nothing"},
	{from: []string{"pkg/config", "pkg/configrepo", "pkg/definition", "pkg/naming", "pkg/problem", "pkg/settings", "pkg/scaffold", "schema"},
		to:  concat(upper, "pkg/stack", "pkg/engine", "pkg/state", "pkg/local/...", "universal", "infra", "pipelines", "pkg/component/...", "pkg/image/..."),
		why: "what reads the user's files stands at the bottom: everything else builds on it"},
	{from: []string{"pkg/problem"}, to: everything,
		why: "an error can be made anywhere, so it needs nothing of dorc"},
	{from: []string{"cmd/dorc"}, to: everything, except: []string{"pkg/cli"}, direct: true,
		why: "main builds the root command and exits with its code"},
	{from: []string{"pkg/cli"}, to: concat(components, "pkg/local/aws", "pkg/local/gcp", "pkg/local/provider/...", "pkg/local/cloud", "pkg/image/...", "pkg/configrepo"), direct: true,
		why: "a command has flags and no logic: pkg/stack knows what an instance is"},
	{from: everything, to: []string{"github.com/spf13/cobra", "github.com/spf13/pflag"}, except: []string{"pkg/cli"}, direct: true,
		why: "only the command line has commands"},
	{from: everything, to: []string{"github.com/spf13/viper", "github.com/joho/godotenv"}, except: []string{"pkg/settings"}, direct: true,
		why: "variables are read in one place, with one precedence"},
	{from: everything, to: []string{"github.com/pulumi/pulumi-aws/..."}, except: concat(components, "pkg/component", "pkg/local/aws"), direct: true,
		why: "each package of the cloud SDKs costs minutes to build: only what creates or imitates AWS resources imports them"},
	{from: everything, to: []string{"github.com/pulumi/pulumi-gcp/..."}, except: concat(components, "pkg/component", "pkg/local/gcp"), direct: true,
		why: "as for AWS"},
	{from: everything, to: []string{"github.com/pulumi/pulumi/pkg/v3/engine"}, except: []string{"pkg/engine", "pkg/state", "pkg/ui"}, direct: true,
		why: "one package runs Pulumi's engine, one keeps its journal, one shows its events"},
	{from: everything, to: []string{"github.com/stretchr/testify/...", "testing"}, except: []string{"pkg/component/componenttest", "pkg/configrepo/configrepotest", "pkg/local/provider/providertest", "pkg/awsrules", "internal/goldentest", "internal/beamtest", "internal/airflowtest"}, direct: true,
		why: "what ships contains no test library"},
}

func concat(list []string, more ...string) []string {
	return append(append([]string{}, list...), more...)
}

func TestArrows(t *testing.T) {
	all := packages(t)
	for _, a := range arrows {
		for _, from := range a.from {
			found := false
			for path := range all {
				found = found || matches(from, path)
			}
			assert.True(t, found, "no package is %s: the rule guards nothing", from)
		}
		for path := range all {
			if !anyMatches(a.from, path) || anyMatches(a.except, path) {
				continue
			}
			if bad := broken(all, path, a); bad != nil {
				t.Errorf("%s\n  must not be: %s", strings.Join(bad, "\n  -> "), a.why)
			}
		}
	}
}

// broken is the way by which a package breaks the rule, or nil.
func broken(all map[string]*listed, path string, a arrow) []string {
	return way(all, path, !a.direct, func(to string) bool { return to != path && anyMatches(a.to, to) && !anyMatches(a.except, to) })
}

// The search finds an arrow over another package, and only then.
func TestWay(t *testing.T) {
	all := map[string]*listed{
		"a": {Imports: []string{"b", "x.org/z"}}, "b": {Imports: []string{"a", "c/d"}}, "c/d": {},
	}
	to := func(want string) func(string) bool { return func(s string) bool { return s == want } }
	assert.Equal(t, []string{"a", "b", "c/d"}, way(all, "a", true, to("c/d")))
	assert.Nil(t, way(all, "a", false, to("c/d")))
	assert.Equal(t, []string{"a", "x.org/z"}, way(all, "a", false, to("x.org/z")))
	assert.Nil(t, way(all, "c/d", true, to("a")))
	assert.Equal(t, []string{"a", "b", "c/d"}, broken(all, "a", arrow{to: []string{"c/..."}}))
	assert.Nil(t, broken(all, "a", arrow{to: []string{"c/..."}, except: []string{"c/d"}}))
	assert.True(t, matches("pkg/local/...", "pkg/local") && matches("pkg/local/...", "pkg/local/aws"))
	assert.False(t, matches("pkg/local/...", "pkg/localx") || matches("pkg/cli", "pkg/cli/x"))
}
