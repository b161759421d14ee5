package stack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/airflow"
	cloudgoogle "github.com/dorc-dev/dorc/pkg/cloud/google"
	"github.com/dorc-dev/dorc/pkg/settings"
)

// googleProject is a config repo on the cloud target.
func googleProject(t *testing.T, files map[string]string, environ ...string) *Project {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, "repo", name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	s, err := settings.Load(settings.Options{WorkingDir: dir, NoAWS: HasNoAWS, Environ: append(environ,
		"DORC_TARGET=cloud", "CONFIG_REPO_PATH=repo", "PULUMI_CONFIG_PASSPHRASE=x")})
	require.NoError(t, err)
	return NewProject(s)
}

const onGoogleAlone = "config:\n  project: Shop\n  aws: false\n  gcp: {project_id: exampledorc-data, region: europe-west2, apis: [bigquery.googleapis.com]}\n"

func TestGoogleProjects(t *testing.T) {
	p := googleProject(t, map[string]string{
		"universal/Pulumi.universal.yaml": onGoogleAlone,
		"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n",
		"infra/Pulumi.dev.yaml": "config:\n  environment: dev\n  gcp:\n    project_id: exampledorc-dev\n    network: {name: n, subnetwork: s}\n" +
			"    connection_profiles: {orders: {host: h, port: 5432, database: d, user: u}}\n",
		"src/raw/flights/main.py": "",
	})
	universal := p.googleProjects(nil)
	require.Len(t, universal, 1)
	assert.Equal(t, "exampledorc-data", universal[0].ID)
	assert.Nil(t, universal[0].Create)
	assert.Contains(t, universal[0].APIs, "bigquery.googleapis.com")
	assert.Contains(t, universal[0].APIs, "dataflow.googleapis.com")
	assert.NotContains(t, universal[0].Types, "gcp:workflows/workflow:Workflow")

	same := p.googleProjects([]string{"prod", ""})
	require.Len(t, same, 1)
	for _, want := range []string{"gcp:projects/service:Service", "gcp:compute/network:Network", "gcp:serviceaccount/account:Account", "gcp:workflows/workflow:Workflow", "gcp:storage/bucketObject:BucketObject", "dorc:image:Image"} {
		assert.Contains(t, same[0].Types, want)
	}
	assert.NotContains(t, same[0].Types, "gcp:secretmanager/secret:Secret")

	other := p.googleProjects([]string{"dev"})
	require.Len(t, other, 2)
	assert.Equal(t, "exampledorc-dev", other[1].ID)
	assert.Contains(t, other[1].Types, "gcp:secretmanager/secret:Secret")
	assert.NotContains(t, other[1].Types, "gcp:compute/network:Network")
	assert.NotContains(t, other[1].Types, "dorc:image:Image", "images are in the project's repository")
	assert.Contains(t, other[0].Types, "dorc:image:Image")
	for _, x := range append(same, other...) {
		for _, typ := range x.Types {
			assert.NotEmpty(t, cloudgoogle.Permissions([]string{typ}), typ)
		}
	}
}

// Each environment's Composer is looked at where it is.
func TestWantedComposer(t *testing.T) {
	const theirs = "composer@exampledorc-data.iam.gserviceaccount.com"
	p := googleProject(t, map[string]string{
		"universal/Pulumi.universal.yaml": onGoogleAlone,
		"infra/Pulumi.prod.yaml": "config:\n  environment: prod\n  gcp:\n    composer: {name: airflow, image_version: composer-3-airflow-2.10.5-build.15, service_account: " + theirs +
			", use_externally_managed_composer_sa: true}\n",
		"infra/Pulumi.dev.yaml":  "config:\n  environment: dev\n  gcp: {project_id: exampledorc-dev, composer: {existing: shared, bucket: shared-bucket}}\n",
		"infra/Pulumi.test.yaml": "config:\n  environment: test\n  gcp: {composer: {}}\n",
	})
	all := p.googleProjects([]string{"prod", "dev", "test"})
	require.Len(t, all, 2)
	require.Len(t, all[0].Environments, 2)
	assert.Equal(t, cloudgoogle.Wanted{Name: "airflow", Region: "europe-west2", Image: "composer-3-airflow-2.10.5-build.15", Account: theirs}, all[0].Environments[0])
	assert.Equal(t, airflow.Default().Version, all[0].Environments[1].Image)
	assert.Empty(t, all[0].Environments[1].Account, "dorc grants its own account what it needs")
	require.Len(t, all[1].Environments, 1)
	assert.Equal(t, []any{"shared", true, "shared-bucket"}, []any{all[1].Environments[0].Name, all[1].Environments[0].Existing, all[1].Environments[0].Bucket})
	assert.True(t, p.externalAccount()(theirs), "the local cloud takes it to exist")
	assert.False(t, p.externalAccount()("other@exampledorc-data.iam.gserviceaccount.com"))
}

func TestNoAWS(t *testing.T) {
	p := googleProject(t, map[string]string{"universal/Pulumi.universal.yaml": onGoogleAlone})
	c, err := p.cloudConfig(nil)
	require.NoError(t, err)
	assert.Empty(t, c)
	assert.True(t, p.stateOnGoogle())
	for _, f := range p.facts() {
		assert.NotContains(t, f.Name, "AWS")
	}
	_, err = settings.Load(settings.Options{WorkingDir: p.Settings.Root, Environ: []string{"DORC_TARGET=cloud", "CONFIG_REPO_PATH=repo", "PULUMI_CONFIG_PASSPHRASE=x"}})
	assert.ErrorContains(t, err, "AWS_ACCOUNT", "who does not ask the configuration needs one")
}

// The plugin reads credentials and endpoints from the environment, also those of .env.
func TestGoogleEnvironment(t *testing.T) {
	for _, name := range []string{"GOOGLE_OAUTH_ACCESS_TOKEN", "GOOGLE_CREDENTIALS", "GOOGLE_STORAGE_CUSTOM_ENDPOINT"} {
		t.Setenv(name, "")
	}
	p := googleProject(t, map[string]string{"universal/Pulumi.universal.yaml": onGoogleAlone},
		"GOOGLE_OAUTH_ACCESS_TOKEN=token", "GOOGLE_CREDENTIALS=key.json", "GOOGLE_STORAGE_CUSTOM_ENDPOINT=http://localhost:1/storage/v1/")
	require.NoError(t, p.setEndpoint())
	assert.Equal(t, "token", os.Getenv("GOOGLE_OAUTH_ACCESS_TOKEN"))
	assert.Equal(t, filepath.Join(p.Settings.Root, "key.json"), os.Getenv("GOOGLE_CREDENTIALS"))
	assert.Equal(t, "http://localhost:1/storage/v1/", os.Getenv("GOOGLE_STORAGE_CUSTOM_ENDPOINT"))
	a := p.googleAccess()
	assert.Equal(t, "token", string(a.Token))
	assert.Equal(t, p.Settings.GoogleEndpoints, a.Endpoints)
}
