package stack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/settings"
)

// cloudProject has these variables beside those that the cloud target needs.
func cloudProject(t *testing.T, variables ...string) *Project {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "repo"), 0o755))
	s, err := settings.Load(settings.Options{WorkingDir: root, Environ: append([]string{
		"DORC_TARGET=cloud", "AWS_ACCOUNT=123456789012", "AWS_REGION=eu-west-2", "CONFIG_REPO_PATH=repo", "PULUMI_CONFIG_PASSPHRASE=x",
	}, variables...)})
	require.NoError(t, err)
	return NewProject(s)
}

const emulator = "AWS_ENDPOINT_URL=http://127.0.0.1:4566"

func TestStateURL(t *testing.T) {
	for given, want := range map[string]struct{ plain, emulated string }{
		"s3://b/team":                          {"s3://b/team?region=eu-west-2", "s3://b/team?region=eu-west-2&use_path_style=true"},
		"s3://b?region=us-east-1":              {"s3://b?region=us-east-1", "s3://b?region=us-east-1&use_path_style=true"},
		"s3://b?region=a&s3ForcePathStyle=x":   {"s3://b?region=a&s3ForcePathStyle=x", "s3://b?region=a&s3ForcePathStyle=x"},
		"s3://b?region=a&endpoint=minio:9000":  {"s3://b?endpoint=minio%3A9000&region=a", "s3://b?endpoint=minio%3A9000&region=a"},
		"gs://b":                               {"gs://b", "gs://b"},
		"file:///var/state?no_tmp_dir=true":    {"file:///var/state?no_tmp_dir=true", "file:///var/state?no_tmp_dir=true"},
		"azblob://c?storage_account=something": {"azblob://c?storage_account=something", "azblob://c?storage_account=something"},
	} {
		assert.Equal(t, want.plain, cloudProject(t, "INFRA_BUCKET="+given).stateURL())
		assert.Equal(t, want.emulated, cloudProject(t, "INFRA_BUCKET="+given, emulator).stateURL())
	}
}

// clear empties the variables that say where AWS is and with which credentials.
func clear(t *testing.T) {
	t.Helper()
	for _, name := range append([]string{"AWS_ENDPOINT_URL", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"}, credentialVariables...) {
		t.Setenv(name, "")
	}
}

func TestEndpointInTheEnvironment(t *testing.T) {
	clear(t)
	require.NoError(t, cloudProject(t).setEndpoint())
	assert.Empty(t, os.Getenv("AWS_ENDPOINT_URL")+os.Getenv("AWS_ACCESS_KEY_ID")+os.Getenv("AWS_EC2_METADATA_DISABLED"))

	require.NoError(t, cloudProject(t, emulator).setEndpoint())
	assert.Equal(t, "http://127.0.0.1:4566", os.Getenv("AWS_ENDPOINT_URL"))
	assert.Equal(t, "test", os.Getenv("AWS_ACCESS_KEY_ID"))
	assert.Equal(t, "test", os.Getenv("AWS_SECRET_ACCESS_KEY"))
	assert.Equal(t, "true", os.Getenv("AWS_EC2_METADATA_DISABLED"))

	for _, name := range credentialVariables {
		clear(t)
		t.Setenv(name, "mine")
		require.NoError(t, cloudProject(t, emulator).setEndpoint())
		assert.Equal(t, "mine", os.Getenv(name))
		assert.Empty(t, os.Getenv("AWS_SECRET_ACCESS_KEY"), "%s gives credentials", name)
	}
}

// What a stack configures of the provider goes before what the settings stand for.
func TestProviderConfiguration(t *testing.T) {
	key := func(name string) config.Key { return config.MustMakeKey("aws", name) }
	plain, err := cloudProject(t).cloudConfig(config.Map{key("profile"): config.NewValue("deploy")})
	require.NoError(t, err)
	assert.Equal(t, config.Map{
		key("region"): config.NewValue("eu-west-2"), key("allowedAccountIds"): config.NewObjectValue(`["123456789012"]`),
		key("profile"): config.NewValue("deploy"),
	}, plain)

	emulated, err := cloudProject(t, emulator).cloudConfig(config.Map{key("s3UsePathStyle"): config.NewValue("false")})
	require.NoError(t, err)
	yes := config.NewValue("true")
	assert.Equal(t, config.Map{
		key("region"): config.NewValue("eu-west-2"), key("allowedAccountIds"): config.NewObjectValue(`["123456789012"]`),
		key("s3UsePathStyle"): config.NewValue("false"), key("skipCredentialsValidation"): yes,
		key("skipMetadataApiCheck"): yes, key("skipRegionValidation"): yes,
	}, emulated)
}

// An emulator may have the account of the local target; AWS has not.
func TestAccountOfAnEmulator(t *testing.T) {
	require.Equal(t, "000000000000", cloudProject(t, emulator, "AWS_ACCOUNT=000000000000").Settings.AWSAccount)
	_, err := settings.Load(settings.Options{WorkingDir: t.TempDir(), ConfigRepoOptional: true, Environ: []string{
		"DORC_TARGET=cloud", "AWS_ACCOUNT=000000000000", "AWS_REGION=eu-west-2", "PULUMI_CONFIG_PASSPHRASE=x",
	}})
	require.ErrorContains(t, err, "is the account of the local target")
}

// The local target needs nothing and asks nobody.
func TestPreflightOfTheLocalTarget(t *testing.T) {
	found, err := cloudProject(t, "DORC_TARGET=local").Preflight(t.Context(), false, "prod")
	require.NoError(t, err)
	assert.Empty(t, found)
}

// What was found is kept for the process: nothing asks twice.
func TestPreflightAsksOnce(t *testing.T) {
	clear(t)
	p := cloudProject(t, "INFRA_BUCKET=file://"+t.TempDir(), "AWS_ENDPOINT_URL=http://127.0.0.1:1")
	first, err := p.Preflight(t.Context(), true)
	require.ErrorContains(t, err, "AWS does not answer")
	p.Settings.AWSEndpointURL = "http://127.0.0.1:2"
	second, err := p.Preflight(t.Context(), true)
	require.Error(t, err)
	assert.Equal(t, first, second)
	assert.Contains(t, second[0].Detail, "127.0.0.1:1")
}
