package cloudtarget

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// From nothing to an applied stack: init says everything that is missing and
// installs the plugin; then apply works, with state on S3, and destroy too.
func TestFromNothing(t *testing.T) {
	u := newUser(t)
	u.write("repo/infra/Pulumi.prod.yaml", "config:\n  environment: prod\n  vpc_id: vpc-0123456789abcdef0\n  private_subnet_ids: [subnet-0123456789abcdef0]\n")

	stdout, stderr, code := u.run("init")
	assert.Equal(t, 1, code)
	assert.Regexp(t, `(?m)^credentials +ok +account 123456789012 as arn:`, stdout)
	assert.Regexp(t, `(?m)^region +ok +eu-west-2$`, stdout)
	assert.Regexp(t, `(?m)^state +missing +the state bucket does not exist$`, stdout)
	assert.Regexp(t, `(?m)^network of prod +missing +the VPC does not exist$`, stdout)
	assert.Regexp(t, `(?m)^aws +6\.[0-9.]+ +installed \([0-9.]+ MB in [0-9.]+m?s\) +/.*/pulumi/plugins/resource-aws-v6`, stdout)
	assert.Contains(t, stderr, "Downloading plugin aws 6.")
	for _, missing := range []string{"state: the state bucket does not exist", "network of prod: the VPC does not exist", "network of prod: subnets do not exist"} {
		assert.Contains(t, stderr, missing)
	}
	assert.NotContains(t, stdout, "Ready.")

	u.makeBucket("states", true)
	u.write("repo/infra/Pulumi.prod.yaml", "config:\n  environment: prod\n")
	stdout, stderr, code = u.run("init")
	require.Zero(t, code)
	assert.Regexp(t, `(?m)^state +ok +s3://states/team, readable and writable, with versioning$`, stdout)
	assert.Regexp(t, `(?m)^aws +6\.[0-9.]+ +found +/`, stdout)
	assert.Contains(t, stdout, "Ready.\n")
	assert.Empty(t, stderr)

	_, stderr, code = u.run("apply", "universal", "--yes")
	require.Zero(t, code)
	assert.Empty(t, stderr)
	assert.FileExists(t, filepath.Join(u.dir, "cloud", "resources", "aws", "ecr", "repository", "shop-raw-orders-fetch.json"))

	// What makes an emulator work is configured, what stands in for credentials is
	// in the plugin's environment alone.
	text := u.object("states", "team/.pulumi/stacks/Pipelines/universal.json")
	assert.Contains(t, text, `"s3UsePathStyle":"true"`)
	assert.NotRegexp(t, `(?i)"(accessKey|secretKey)"|canary`, text)
	environment, err := os.ReadFile(filepath.Join(u.dir, "plugin-environment"))
	require.NoError(t, err)
	for _, variable := range []string{"AWS_ENDPOINT_URL=http://127.0.0.1:", "AWS_ACCESS_KEY_ID=test", "AWS_EC2_METADATA_DISABLED=true"} {
		assert.Contains(t, string(environment), variable)
	}

	stdout, _, code = u.run("plan", "universal")
	require.Zero(t, code)
	assert.Contains(t, stdout, "unchanged")
	stdout, _, code = u.run("stacks")
	require.Zero(t, code)
	assert.Regexp(t, `(?m)^universal +cloud `, stdout)
	_, _, code = u.run("destroy", "universal", "--yes")
	require.Zero(t, code)
	assert.NoFileExists(t, filepath.Join(u.dir, "cloud", "resources", "aws", "ecr", "repository", "shop-raw-orders-fetch.json"))
}

// Nothing is changed with credentials of another account; what is missing comes as one list.
func TestNothingIsChanged(t *testing.T) {
	u := newUser(t)
	u.makeBucket("states", false)
	u.settings(map[string]string{"AWS_ACCOUNT": "000000000000"}) // as for LocalStack
	u.write("repo/infra/Pulumi.prod.yaml", "config:\n  environment: prod\n  vpc_id: vpc-0123456789abcdef0\n  private_subnet_ids: [subnet-0123456789abcdef0]\n")
	for _, args := range [][]string{
		{"apply", "universal", "--yes"}, {"plan", "universal"}, {"apply", "infra", "--env", "prod", "--only", "--yes"},
	} {
		_, stderr, code := u.run(args...)
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, "credentials: the credentials are of another account\n")
		assert.Contains(t, stderr, "set AWS_ACCOUNT=123456789012")
		if args[1] == "infra" {
			assert.Contains(t, stderr, "network of prod: the VPC does not exist\n")
			assert.Contains(t, stderr, "network of prod: subnets do not exist\n")
		}
		assert.NoDirExists(t, filepath.Join(u.dir, "cloud"))
	}
	_, stderr, _ := u.run("apply", "universal", "--yes")
	assert.Contains(t, stderr, "warning: state: the state bucket keeps no versions")
}

// What a state store answers is told as what is missing.
func TestNoStateBucket(t *testing.T) {
	u := newUser(t)
	_, stderr, code := u.run("apply", "universal", "--yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "error: state: the state bucket does not exist\n  s3://states/team\n")
	assert.NotContains(t, stderr, "RequestID")
}
