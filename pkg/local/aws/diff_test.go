package aws

import (
	"context"
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDetailedDiff(t *testing.T) {
	f, image := world(t)
	in := providertest.With(functionInputs("d", image), object{"environment": object{"variables": object{"AA": "1", "BB": "2"}}, "description": "x"})
	m := f.Make(functionType, "d", in)
	got, _ := f.Compare(m, providertest.With(in, object{
		"environment": object{"variables": object{"AA": "9", "CC": "3"}}, "description": nil, "name": "e",
	}))
	assert.Equal(t, map[string]plugin.PropertyDiff{
		"environment.variables.AA": {Kind: plugin.DiffUpdate, InputDiff: true},
		"environment.variables.BB": {Kind: plugin.DiffDelete, InputDiff: true},
		"environment.variables.CC": {Kind: plugin.DiffAdd, InputDiff: true},
		"description":              {Kind: plugin.DiffDelete, InputDiff: true},
		"name":                     {Kind: plugin.DiffUpdateReplace, InputDiff: true},
	}, got.DetailedDiff)
	assert.Equal(t, []resource.PropertyKey{"name"}, got.ReplaceKeys)
	assert.Equal(t, []resource.PropertyKey{"description", "environment", "name"}, got.ChangedKeys)
	assert.False(t, got.DeleteBeforeReplace)
}

func TestWhatDoesNotDiffer(t *testing.T) {
	f := newFixture(t)
	spaced := "{ \"Version\": \"2012-10-17\",\n \"Statement\": [{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"x\"}}] }"
	role := object{"name": "r", "assumeRolePolicy": trustOf("x"), "managedPolicyArns": []any{"arn:aws:iam::aws:policy/AAAA", "arn:aws:iam::aws:policy/BBBB"}}
	m := f.Make(roleType, "r", role)
	got, _ := f.Compare(m, providertest.With(role, object{"assumeRolePolicy": spaced}))
	assert.Equal(t, plugin.DiffNone, got.Changes, "the same document in another form")
	got, _ = f.Compare(m, providertest.With(role, object{"managedPolicyArns": []any{"arn:aws:iam::aws:policy/BBBB", "arn:aws:iam::aws:policy/AAAA"}}))
	assert.Equal(t, plugin.DiffNone, got.Changes, "the order of a set")
	got, _ = f.Compare(m, providertest.With(role, object{"managedPolicyArns": nil}))
	assert.Equal(t, plugin.DiffNone, got.Changes, "IAM keeps what is no longer asked for")
	got, _ = f.Compare(m, providertest.With(role, object{"managedPolicyArns": []any{"arn:aws:iam::aws:policy/CCCC"}}))
	assert.Equal(t, map[string]plugin.PropertyDiff{"managedPolicyArns": {Kind: plugin.DiffUpdate, InputDiff: true}}, got.DetailedDiff)
}

// An input that is not known yet may be the old one: the old goes first.
func TestUnknownReplacement(t *testing.T) {
	f, _ := world(t)
	in := object{"role": "lambda", "name": "p", "policy": allowed}
	m := f.Make(rolePolicyType, "p", in)
	news := m.In.Copy()
	news["role"] = unknown
	got, err := f.Diff(context.Background(), plugin.DiffRequest{
		URN: providertest.URN(rolePolicyType, "p"), Type: rolePolicyType, ID: m.ID, OldInputs: m.In, OldOutputs: m.Out, NewInputs: news,
	})
	require.NoError(t, err)
	assert.Equal(t, []resource.PropertyKey{"role"}, got.ReplaceKeys)
	assert.True(t, got.DeleteBeforeReplace)
}

func TestDefaultTags(t *testing.T) {
	f := newFixture(t)
	in := object{"name": "repo", "tags": object{"a": "own"}}
	m := f.Make(repositoryType, "r", in)
	_, err := f.Configure(context.Background(), plugin.ConfigureRequest{Inputs: resource.NewPropertyMapFromMap(object{
		"region": "us-east-1", "defaultTags": `{"tags":{"a":"default","b":"default"}}`,
	})})
	require.NoError(t, err)
	got, _ := f.Compare(m, in)
	assert.Equal(t, map[string]plugin.PropertyDiff{"tagsAll": {Kind: plugin.DiffUpdate}}, got.DetailedDiff)
	m = f.Change(m, in)
	assert.Equal(t, object{"a": "own", "b": "default"}, m.Out["tagsAll"].Mappable())
	assert.Equal(t, object{"a": "own"}, m.Out["tags"].Mappable())
	got, _ = f.Compare(m, in)
	assert.Equal(t, plugin.DiffNone, got.Changes)
	assert.Contains(t, f.Make(bucketType, "b", object{"bucket": "bbb"}).Str("region"), "us-east-1")
}

func TestConfig(t *testing.T) {
	for name, tt := range map[string]struct {
		in   object
		want string
	}{
		"misspelt":     {object{"regoin": "eu-west-2"}, `did you mean "region"?`},
		"no region":    {object{"region": "London"}, "invalid AWS Region: London"},
		"other":        {object{"allowedAccountIds": `["123456789012"]`}, "AWS account ID not allowed: 000000000000"},
		"forbidden":    {object{"forbiddenAccountIds": []any{"000000000000"}}, "is forbidden"},
		"tags":         {object{"defaultTags": "{"}, "cannot be read"},
		"ignored tags": {object{"ignoreTags": `{"keys":["a"]}`}, "does not have ignoreTags"},
		"all good": {object{
			"region": "eu-west-2", "profile": "p", "allowedAccountIds": `["000000000000"]`, "version": "6.83.2",
			"skipCredentialsValidation": "true",
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newFixture(t).CheckConfig(context.Background(), plugin.CheckConfigRequest{News: resource.NewPropertyMapFromMap(tt.in)})
			require.NoError(t, err)
			if tt.want == "" {
				assert.Empty(t, got.Failures)
				return
			}
			require.Len(t, got.Failures, 1)
			assert.Contains(t, got.Failures[0].Reason, tt.want)
		})
	}
}

func TestDiffConfig(t *testing.T) {
	f := newFixture(t)
	diff := func(old, now object) plugin.DiffResult {
		got, err := f.DiffConfig(context.Background(), plugin.DiffConfigRequest{
			OldInputs: resource.NewPropertyMapFromMap(old), NewInputs: resource.NewPropertyMapFromMap(now),
		})
		require.NoError(t, err)
		return got
	}
	assert.Equal(t, plugin.DiffNone, diff(object{"region": "eu-west-2"}, object{"region": "eu-west-2"}).Changes)
	assert.False(t, diff(object{}, object{"region": "eu-west-2"}).Replace(), "the region that it had")
	assert.True(t, diff(object{"region": "eu-west-2"}, object{"region": "us-east-1"}).Replace())
	assert.False(t, diff(object{}, object{"profile": "x"}).Replace())
}
