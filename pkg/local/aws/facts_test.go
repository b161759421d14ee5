package aws

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// newer are Pulumi properties that the facts do not have: the provider got them
// after the version that was asked. The key is the type's facts and the path.
var newer = map[string][]string{
	"aws_cloudwatch_event_rule":             {"forceDestroy", "state"},
	"aws_cloudwatch_event_target":           {"appsyncTarget", "forceDestroy", "sagemakerPipelineTarget"},
	"aws_cloudwatch_log_group":              {"logGroupClass"},
	"aws_lambda_function":                   {"loggingConfig"},
	"aws_lambda_function.vpcConfig":         {"ipv6AllowedForDualStack"},
	"aws_sfn_state_machine":                 {"encryptionConfiguration", "publish"},
	"aws_s3_bucket_lifecycle_configuration": {"timeouts", "transitionDefaultMinimumObjectSize"},
	"aws_s3_object":                         {"checksumAlgorithm", "overrideProvider"},
	"aws_sns_topic":                         {"archivePolicy", "fifoThroughputScope"},
}

// The SDK's argument names and the facts agree: each input attribute has a
// property, and each property an attribute, but for those listed.
func TestArgumentsMatchFacts(t *testing.T) {
	used := map[string]bool{}
	for _, k := range kinds {
		if k.facts == "" {
			continue
		}
		facts := loadFacts()[k.facts]
		if !assert.NotEmpty(t, facts, "no facts of %s", k.facts) {
			continue
		}
		used[k.facts] = true
		matchFacts(t, k.facts, k.schema(), facts, k.rename, newer[k.facts])
	}
	for name := range loadFacts() {
		assert.True(t, used[name], "facts/resources.json has %s, which no type uses", name)
	}
}

func matchFacts(t *testing.T, at string, s *schema, facts attributes, rename map[string]string, extra []string) {
	t.Helper()
	fields := map[string]bool{}
	for _, n := range s.names {
		fields[n] = true
	}
	found := map[string]bool{}
	for _, terraform := range slices.Sorted(maps.Keys(facts)) {
		a := facts[terraform]
		name := pulumiName(terraform, fields, rename)
		if terraform == "tags_all" || (!a.Required && !a.Optional && !fields[name]) {
			continue // an output; pulumi-aws makes it of tags
		}
		if !assert.True(t, fields[name], "%s: the attribute %s has no property (%s)", at, terraform, name) {
			continue
		}
		found[name] = true
		if block := a.block(); block != nil {
			inner := s.props[name].schema
			if inner.shape == shapeList {
				inner = inner.elem
			}
			assert.Equal(t, shapeObject, inner.shape, "%s.%s", at, name)
			matchFacts(t, at+"."+name, inner, block, nil, newer[at+"."+name])
		}
	}
	for _, name := range s.names {
		assert.True(t, found[name] || slices.Contains(extra, name), "%s: the property %s has no attribute", at, name)
	}
	for _, name := range extra {
		assert.False(t, found[name], "%s: %s is listed as newer than the facts and is in them", at, name)
	}
}

// uncomputed are outputs that are absent on the local cloud, with the reason.
var uncomputed = map[string]string{
	"aws_s3_bucket.websiteDomain":   "no website without the deprecated property",
	"aws_s3_bucket.websiteEndpoint": "no website without the deprecated property",
	"aws_iam_role.roleLastUsed":     "pulumi-aws 6 does not have it",
}

// What AWS always computes is computed, under a name that the SDK's resource has.
func TestOutputsMatchFacts(t *testing.T) {
	for _, k := range kinds {
		fields := map[string]bool{}
		for f := range k.state.Fields() {
			fields[f.Tag.Get("pulumi")] = true
		}
		computed := map[string]bool{"tagsAll": true}
		for _, o := range k.outputs {
			computed[o.name] = true
			assert.True(t, fields[o.name], "%s has no output %s", k.token, o.name)
		}
		for terraform, a := range loadFacts()[k.facts] {
			name := pulumiName(terraform, fields, k.rename)
			if !a.Computed || a.Optional || uncomputed[k.facts+"."+camel(terraform)] != "" {
				continue
			}
			assert.True(t, computed[name], "%s does not compute %s", k.token, name)
		}
	}
}

// Every property that a kind names exists.
func TestKindsNameRealProperties(t *testing.T) {
	for _, k := range kinds {
		s := k.schema()
		names := slices.Concat(k.replace, k.required, k.documents, k.without)
		for _, group := range k.conflicts {
			names = append(names, group...)
		}
		if k.auto != nil {
			names = append(names, k.auto.property)
			if k.auto.unless != "" {
				names = append(names, k.auto.unless)
			}
		}
		for _, n := range names {
			assert.Contains(t, s.props, n, "%s", k.token)
		}
		assert.NotNil(t, k.id, "%s", k.token)
		assert.NotNil(t, k.missing, "%s", k.token)
		assert.True(t, k.upsert || k.exists != nil, "%s says what happens to an ID in use", k.token)
		assert.NotEmpty(t, k.service+k.noun, "%s", k.token)
		assert.Equal(t, reflect.Struct, k.args.Kind(), "%s", k.token)
	}
	for own := range inline {
		assert.Contains(t, bucketKind.schema().props, own)
	}
	assert.True(t, slices.IsSorted(Types()))
	for _, typ := range Types() {
		assert.True(t, strings.HasPrefix(string(typ), "aws:"))
	}
}
