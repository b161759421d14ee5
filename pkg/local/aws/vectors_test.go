package aws

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vector is an input with the real provider's verdict; see testdata/README.md.
type vector struct {
	Type   string         `json:"type"`
	Why    string         `json:"why"`
	Config map[string]any `json:"config"`
	Valid  bool           `json:"valid"`
	Errors []string       `json:"errors"`
}

// refusedByAPI has each vector that the provider lets pass and AWS's API refuses,
// with a part of our reason. The key is type and why.
var refusedByAPI = map[string]string{
	"aws_ecr_repository: capitals in name":           "must be lower-case letters",
	"aws_ecr_repository: one character":              "in the range (2 - 256), got 1",
	"aws_ecr_repository: 257 characters":             "in the range (2 - 256), got 257",
	"aws_ecr_repository: starts with hyphen":         "must be lower-case letters",
	"aws_ecr_lifecycle_policy: empty policy":         "contains an invalid JSON",
	"aws_iam_role: path without slash":               "must begin and end with /",
	"aws_iam_role_policy_attachment: not an ARN":     "is an invalid ARN",
	"aws_lambda_function: 65 characters":             "in the range (1 - 64), got 65",
	"aws_sfn_state_machine: definition not JSON":     "INVALID_JSON_DESCRIPTION",
	"aws_cloudwatch_event_rule: rate plural mistake": "ScheduleExpression is not valid",
	"aws_cloudwatch_event_rule: no such expression":  "ScheduleExpression is not valid",
	"aws_cloudwatch_log_group: kms not ARN":          "is an invalid ARN",
	"aws_security_group: description with umlaut":    "must have only a-z",
	"aws_s3_bucket: capitals":                        "must have only a-z",
	"aws_s3_bucket: 2 characters":                    "in the range (3 - 63), got 2",
	"aws_sqs_queue: 81":                              "in the range (1 - 80), got 81",
	"aws_sqs_queue: dot":                             "must have only a-z",
	"aws_sns_topic: space":                           "must have only a-z",
	"aws_sns_topic: fifo without suffix":             "must end in .fifo",
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var vectors []vector
	require.NoError(t, json.Unmarshal(data, &vectors))
	return vectors
}

func kindOfFacts(t *testing.T, facts string) *kind {
	t.Helper()
	for _, k := range kinds {
		if k.facts == facts {
			return k
		}
	}
	require.Failf(t, "no such type", facts)
	return nil
}

// Every vector that the provider refuses is refused; every one that it lets pass
// is accepted, or refused because AWS's API would.
func TestVectors(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range readVectors(t) {
		name := v.Type + ": " + v.Why
		t.Run(name, func(t *testing.T) {
			k := kindOfFacts(t, v.Type)
			f := newFixture(t)
			got, err := f.Check(context.Background(), plugin.CheckRequest{
				URN: urnOf(k.token, "v"), Name: "v", Type: k.token, News: translate(k, v.Config),
				// Pulumi would make up a missing name, and the vectors have such.
				Autonaming: &plugin.AutonamingOptions{Mode: plugin.AutonamingModeDisabled},
			})
			require.NoError(t, err)
			reasons := make([]string, len(got.Failures))
			for i, failure := range got.Failures {
				reasons[i] = string(failure.Property) + ": " + failure.Reason
			}
			want, api := refusedByAPI[name]
			switch {
			case !v.Valid:
				assert.NotEmpty(t, reasons, "the provider says: %v", v.Errors)
			case api:
				seen[name] = true
				require.NotEmpty(t, reasons)
				assert.Contains(t, strings.Join(reasons, "\n"), want)
				assert.Contains(t, strings.Join(reasons, "\n"), "https://docs.aws.amazon.com/", "names the rule's page")
			default:
				assert.Empty(t, reasons)
			}
		})
	}
	for name := range refusedByAPI {
		assert.True(t, seen[name], "the table has %q, which is no vector", name)
	}
}

// The reasons of what the provider refuses are about the same thing.
func TestVectorWording(t *testing.T) {
	for _, v := range readVectors(t) {
		if v.Valid || len(v.Errors) != 1 {
			continue
		}
		part := ""
		for _, phrase := range []string{"expected length of", "in the range (", "to be one of", "invalid JSON",
			"is an invalid ARN", "Missing required argument", "Conflicting configuration arguments", "Invalid or unknown key"} {
			if strings.Contains(v.Errors[0], phrase) {
				part = phrase
				break
			}
		}
		if part == "" {
			continue
		}
		k := kindOfFacts(t, v.Type)
		got, err := newFixture(t).Check(context.Background(), plugin.CheckRequest{
			URN: urnOf(k.token, "v"), Type: k.token, News: translate(k, v.Config),
			Autonaming: &plugin.AutonamingOptions{Mode: plugin.AutonamingModeDisabled},
		})
		require.NoError(t, err)
		require.NotEmpty(t, got.Failures)
		assert.Contains(t, got.Failures[0].Reason, part, "%s: %s", v.Type, v.Why)
	}
}

// translate turns Terraform's configuration into Pulumi's.
func translate(k *kind, config map[string]any) resource.PropertyMap {
	return translateObject(k.schema(), config, k.rename)
}

func translateObject(s *schema, config map[string]any, rename map[string]string) resource.PropertyMap {
	fields := map[string]bool{}
	for _, n := range s.names {
		fields[n] = true
	}
	out := resource.PropertyMap{}
	for terraform, v := range config {
		name := pulumiName(terraform, fields, rename)
		var inner *schema
		if p, ok := s.props[name]; ok {
			inner = p.schema
		}
		out[resource.PropertyKey(name)] = translateValue(inner, v)
	}
	return out
}

func translateValue(s *schema, v any) resource.PropertyValue {
	list, isList := v.([]any)
	switch {
	case s == nil:
		return resource.NewPropertyValue(v)
	case s.shape == shapeAsset:
		return resource.NewArchiveProperty(&archive.Archive{Path: v.(string)})
	case s.shape == shapeObject && isList && len(list) == 1:
		return resource.NewObjectProperty(translateObject(s, list[0].(map[string]any), nil))
	case s.shape == shapeList && isList:
		out := make([]resource.PropertyValue, len(list))
		for i, e := range list {
			if m, ok := e.(map[string]any); ok {
				out[i] = resource.NewObjectProperty(translateObject(s.elem, m, nil))
			} else {
				out[i] = resource.NewPropertyValue(e)
			}
		}
		return resource.NewArrayProperty(out)
	}
	return resource.NewPropertyValue(v)
}
