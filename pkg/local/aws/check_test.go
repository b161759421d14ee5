package aws

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCheckRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		typ            tokens.Type
		in             object
		property, want string
	}{
		"misspelt":            {functionType, object{"memorysize": 1.0}, "memorysize", `did you mean "memorySize"?`},
		"misspelt below":      {functionType, object{"environment": object{"variable": object{}}}, "environment.variable", `did you mean "variables"?`},
		"misspelt in a list":  {securityGroupType, object{"egress": []any{object{"cidr_blocks": []any{}}}}, "egress[0].cidr_blocks", `did you mean "cidrBlocks"?`},
		"string for number":   {functionType, object{"timeout": "60"}, "timeout", "expected a whole number, got a string"},
		"fraction":            {functionType, object{"timeout": 1.5}, "timeout", "a whole number"},
		"object for list":     {functionType, object{"architectures": object{}}, "architectures", "expected a list, got an object"},
		"list for object":     {functionType, object{"environment": []any{object{}}}, "environment", "expected an object, got a list of 1"},
		"number in a map":     {functionType, object{"tags": object{"a": 1.0}}, "tags.a", "expected a string, got a number"},
		"missing below":       {securityGroupType, object{"egress": []any{object{"protocol": "tcp", "toPort": 1.0}}}, "egress[0].fromPort", "is required"},
		"missing list":        {encryptionType, object{"bucket": "b"}, "rules", "is required"},
		"empty required list": {encryptionType, object{"bucket": "b", "rules": []any{}}, "rules", "requires 1 item minimum"},
		"too many":            {functionType, object{"role": roleARN("r"), "imageUri": "x", "architectures": []any{"arm64", "x86_64"}}, "architectures", "supports 1 item maximum, but config has 2"},
		"state and isEnabled": {ruleType, object{"scheduleExpression": "rate(1 day)", "state": "ENABLED", "isEnabled": true}, "isEnabled", "conflicts with state"},
		"zip":                 {functionType, object{"role": roleARN("r"), "s3Bucket": "b", "s3Key": "k"}, "s3Bucket", "images only"},
		"key above":           {objectType, object{"bucket": "b", "key": "../x", "content": ""}, "key", "not below it"},
		"event bus":           {ruleType, object{"eventPattern": `{"source":["a"]}`, "eventBusName": "other"}, "eventBusName", `only, got "other"`},
		"inline bucket":       {bucketType, object{"versionings": []any{object{"enabled": true}}}, "versionings", "use the resource BucketVersioningV2"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newFixture(t).TryCheck(tt.typ, "x", nil, resource.NewPropertyMapFromMap(tt.in))
			reasons := map[string]string{}
			for _, f := range got.Failures {
				reasons[string(f.Property)] = f.Reason
			}
			assert.Contains(t, reasons[tt.property], tt.want, "%v", reasons)
		})
	}
}

func TestAutonaming(t *testing.T) {
	f := newFixture(t)
	digits := regexp.MustCompile(`^Extract-[0-9a-f]{7}$`)
	first := f.Checked(roleType, "Extract", nil, object{"assumeRolePolicy": trustOf("x")})
	assert.Regexp(t, digits, first["name"].StringValue())
	second := f.Checked(roleType, "Extract", first, object{"assumeRolePolicy": trustOf("x"), "description": "d"})
	assert.Equal(t, first["name"], second["name"], "a name is kept")
	named := f.Checked(roleType, "Extract", nil, object{"name": "own", "assumeRolePolicy": trustOf("x")})
	third := f.Checked(roleType, "Extract", named, object{"assumeRolePolicy": trustOf("x")})
	assert.Regexp(t, digits, third["name"].StringValue(), "a name that was given is not kept")

	repo := f.Checked(repositoryType, "Extract", nil, object{})
	assert.Equal(t, strings.ToLower(first["name"].StringValue()), repo["name"].StringValue())
	prefixed := f.Checked(roleType, "x", nil, object{"namePrefix": "team-", "assumeRolePolicy": trustOf("x")})
	assert.Regexp(t, `^team-[0-9a-f]{26}$`, prefixed["name"].StringValue())

	later := f.TryCheck(roleType, "x", nil, resource.PropertyMap{
		"namePrefix": unknown, "assumeRolePolicy": resource.NewStringProperty(trustOf("x")),
	})
	require.Empty(t, later.Failures)
	assert.True(t, later.Properties["name"].IsComputed())

	got := f.TryCheck(functionType, strings.Repeat("n", 60), nil, resource.PropertyMap{})
	assert.Contains(t, got.Failures[0].Reason, "longer than maximum length 64")
	for mode, want := range map[plugin.AutonamingMode]string{
		plugin.AutonamingModePropose: "proposed", plugin.AutonamingModeEnforce: "Proposed", plugin.AutonamingModeDisabled: "",
	} {
		got, err := f.Check(context.Background(), plugin.CheckRequest{
			URN: providertest.URN(repositoryType, "x"), Type: repositoryType,
			Autonaming: &plugin.AutonamingOptions{ProposedName: "Proposed", Mode: mode},
		})
		require.NoError(t, err)
		if want == "" {
			assert.Empty(t, got.Properties["name"].V)
			assert.NotEmpty(t, got.Failures, "a name is required")
		} else {
			assert.Equal(t, want, got.Properties["name"].StringValue())
		}
	}
}

func TestDefaults(t *testing.T) {
	f := newFixture(t)
	fn := f.Checked(functionType, "f", nil, object{"role": roleARN("r"), "packageType": "Image", "imageUri": "x"})
	assert.Equal(t, 3.0, fn["timeout"].NumberValue())
	assert.Equal(t, 128.0, fn["memorySize"].NumberValue())
	assert.Equal(t, -1.0, fn["reservedConcurrentExecutions"].NumberValue())
	repo := f.Checked(repositoryType, "r", nil, object{"encryptionConfigurations": []any{object{}}})
	assert.Equal(t, "MUTABLE", repo["imageTagMutability"].StringValue())
	assert.Equal(t, "AES256", repo["encryptionConfigurations"].ArrayValue()[0].ObjectValue()["encryptionType"].StringValue())
	rule := f.Checked(ruleType, "r", nil, object{"scheduleExpression": "rate(1 day)", "state": "DISABLED"})
	assert.NotContains(t, rule, resource.PropertyKey("isEnabled"), "a default gives way to what excludes it")
	sg := f.Checked(securityGroupType, "g", nil, object{})
	assert.Equal(t, "Managed by Pulumi", sg["description"].StringValue())
}

// Unknown values pass every check, wherever they are.
func TestUnknownValues(t *testing.T) { providertest.UnknownValues(t, newFixture(t), lives("image")) }

// A document may be given as an object.
func TestDocumentsAsObjects(t *testing.T) {
	f := newFixture(t)
	got := f.Checked(roleType, "r", nil, object{"name": "r", "assumeRolePolicy": object{
		"Version": "2012-10-17", "Statement": []any{object{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "lambda.amazonaws.com"},
		}},
	}})
	assert.JSONEq(t, trustOf("lambda.amazonaws.com"), got["assumeRolePolicy"].StringValue())
}

// A secret is neither in the document, nor shown, nor lost.
func TestSecrets(t *testing.T) {
	f, image := world(t)
	in := resource.NewPropertyMapFromMap(functionInputs("s", image))
	in["environment"] = resource.NewObjectProperty(resource.PropertyMap{"variables": resource.NewObjectProperty(resource.PropertyMap{
		"TOKEN": resource.MakeSecret(resource.NewStringProperty("hunter2")), "OPEN": resource.NewStringProperty("open"),
	})})
	in["tags"] = resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{"t": resource.NewStringProperty("hunter2")}))
	checked := f.TryCheck(functionType, "s", nil, in)
	require.Empty(t, checked.Failures)
	made, err := f.Create(context.Background(), plugin.CreateRequest{
		URN: providertest.URN(functionType, "s"), Type: functionType, Properties: checked.Properties,
	})
	require.NoError(t, err)
	for _, props := range []resource.PropertyMap{made.Properties, f.Look(functionType, "s").Outputs, f.Look(functionType, "s").Inputs} {
		variables := props["environment"].ObjectValue()["variables"].ObjectValue()
		require.True(t, variables["TOKEN"].IsSecret())
		assert.Equal(t, "hunter2", variables["TOKEN"].SecretValue().Element.StringValue())
		assert.Equal(t, "open", variables["OPEN"].StringValue())
		assert.True(t, props["tags"].IsSecret())
	}
	assert.True(t, made.Properties["tagsAll"].IsSecret())
	doc, err := f.Store.Get(functionType, "s")
	require.NoError(t, err)
	assert.Equal(t, "hunter2", doc.Outputs["environment"].(map[string]any)["variables"].(map[string]any)["TOKEN"], "the runtime gets it in clear")
	data, err := os.ReadFile(f.Store.Layout().Resources() + "/aws/lambda/function/s.json")
	require.NoError(t, err)
	assert.NotContains(t, string(data), "hunter2")

	bad := f.TryCheck(functionType, "s", nil, resource.PropertyMap{
		"role": resource.MakeSecret(resource.NewStringProperty("hunter2")), "imageUri": resource.NewStringProperty("x"),
		"packageType": resource.NewStringProperty("Image"),
	})
	require.NotEmpty(t, bad.Failures)
	for _, failure := range bad.Failures {
		assert.NotContains(t, failure.Reason, "hunter2")
	}
}
