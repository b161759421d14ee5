package naming

import (
	"errors"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var example = Names{Project: "ExampleDorc", Environment: "prod", Account: "000000000000"}

func TestNames(t *testing.T) {
	tests := []struct {
		method string
		make   func(Names) (string, error)
		want   string
	}{
		{"repository", func(n Names) (string, error) { return n.Repository("raw", "weather", "clean_up") },
			"exampledorc-raw-weather-clean-up"},
		{"function", func(n Names) (string, error) { return n.Function("raw", "weather", "clean_up") },
			"ExampleDorc-prod-raw-weather-clean-up"},
		{"log group", func(n Names) (string, error) { return n.FunctionLogGroup("raw", "weather", "clean") },
			"/aws/lambda/ExampleDorc-prod-raw-weather-clean"},
		{"security group", func(n Names) (string, error) { return n.SecurityGroup("raw", "weather", "clean") },
			"ExampleDorc-prod-raw-weather-clean"},
		{"state machine", func(n Names) (string, error) { return n.StateMachine("raw", "weather") },
			"ExampleDorc-prod-raw-weather"},
		{"state machine log group", func(n Names) (string, error) { return n.StateMachineLogGroup("raw", "weather") },
			"/aws/vendedlogs/states/ExampleDorc-prod-raw-weather"},
		{"rule", func(n Names) (string, error) { return n.Rule("raw", "weather", "schedule", 2) },
			"ExampleDorc-prod-raw-weather-schedule-2"},
		{"bucket", func(n Names) (string, error) { return n.DataBucket("Raw_Data") },
			"exampledorc-prod-raw-data-000000000000"},
		{"lambda role", Names.LambdaRole, "ExampleDorc-prod-lambda-role"},
		{"state function role", Names.StateFunctionRole, "ExampleDorc-prod-state-function-role"},
		{"trigger role", Names.TriggerRole, "ExampleDorc-prod-cloudevent-sm-trigger-role"},
	}
	for _, tt := range tests {
		t.Run(tt.method, func(t *testing.T) {
			got, err := tt.make(example)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)

			_, err = tt.make(Names{Environment: "prod", Account: "1"})
			assert.ErrorContains(t, err, "the project has no name")
		})
	}
	assert.Equal(t, "ExampleDorc-prod-*", example.FunctionPattern())
	assert.Equal(t, "raw-prod-weather", Stack("raw", "prod", "weather"))
	assert.Equal(t, "raw-data-weather-clean-up", FunctionID("raw_data", "weather", "clean/up"))
	assert.Equal(t, "DORC_BUCKET_RAW_DATA_2", BucketVariable("raw-data.2"))
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("p", 60)
	tests := []struct {
		name  string
		names Names
		make  func(Names) (string, error)
		want  string // of the whole text
	}{
		{"no environment", Names{Project: "p"}, Names.LambdaRole, "Set environment in infra/Pulumi.<env>.yaml."},
		{"no account", Names{Project: "p", Environment: "e"},
			func(n Names) (string, error) { return n.DataBucket("raw") }, "Set AWS_ACCOUNT"},
		{"space in the project", Names{Project: "my project", Environment: "e"},
			func(n Names) (string, error) { return n.Function("a", "b", "c") }, "allowed are a-z, A-Z, 0-9, - and _"},
		{"separators in a row", example,
			func(n Names) (string, error) { return n.Repository("a", "b__c", "d") }, "API_CreateRepository"},
		{"prefix too long for the hash", Names{Project: long, Environment: "prod"},
			func(n Names) (string, error) { return n.Function("a", "b", "c") }, "74 characters, at most 64 are allowed"},
		{"security group begins with sg-", Names{Project: "sg", Environment: "prod"},
			func(n Names) (string, error) { return n.SecurityGroup("a", "b", "c") }, "cannot begin with sg-"},
		{"state machine without a log", example,
			func(n Names) (string, error) { return n.StateMachine("a", "b.c") }, "state machine"},
		{"bucket with a reserved beginning", Names{Project: "sthree", Environment: "e", Account: "1"},
			func(n Names) (string, error) { return n.DataBucket("x") }, "cannot begin with sthree-"},
		{"bucket with two periods", Names{Project: "a", Environment: "e", Account: "1"},
			func(n Names) (string, error) { return n.DataBucket("x..y") }, "two periods"},
		{"bucket with a capital beyond ASCII", Names{Project: "a", Environment: "e", Account: "1"},
			func(n Names) (string, error) { return n.DataBucket("Ä") }, "S3 bucket"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.make(tt.names)
			var p problem.Problem
			require.True(t, errors.As(err, &p), "want a problem, got %v", err)
			assert.NotEmpty(t, p.Resource)
			assert.NotEmpty(t, p.Hint)
			assert.Contains(t, p.Error(), tt.want)
		})
	}
}

func TestShortened(t *testing.T) {
	long := strings.Repeat("long-", 20)
	name, err := example.Function("raw", long+"a_b", "f")
	require.NoError(t, err)
	assert.Len(t, name, 64)
	assert.True(t, strings.HasPrefix(name, "ExampleDorc-prod-raw-long-"), name)
	assert.Regexp(t, `-[0-9a-f]{8}$`, name)

	again, err := example.Function("raw", long+"a_b", "f")
	require.NoError(t, err)
	assert.Equal(t, name, again, "shortening is stable")
	// The name is in clouds already: a change here would replace what people run.
	assert.Equal(t, "ExampleDorc-prod-raw-long-long-long-long-long-long-long-55519050", name)

	for what, other := range map[string][3]string{
		"another separator": {"raw", long + "a-b", "f"},
		"another split":     {"raw-" + long + "a_b", "f", ""},
		"another end":       {"raw", long + "a_b", "g"},
	} {
		got, err := example.Function(other[0], other[1], other[2])
		require.NoError(t, err)
		assert.NotEqual(t, name, got, what)
	}
}

// FuzzNames holds that a name without an error keeps its prefix and its limit,
// and that two long names are never one.
func FuzzNames(f *testing.F) {
	f.Add("ExampleDorc", "prod", "raw", "weather", "clean")
	f.Add("p", "e", strings.Repeat("l", 70), "a_b", "é")
	f.Add("", "", "", "", "")
	f.Fuzz(func(t *testing.T, project, env, layer, pipeline, function string) {
		n := Names{Project: project, Environment: env, Account: "000000000000"}
		if name, err := n.Function(layer, pipeline, function); err == nil {
			if len(name) > 64 || !strings.HasPrefix(name, project+"-"+env+"-") {
				t.Fatalf("bad name %q", name)
			}
			other, err := n.Function(layer, pipeline, function+"x")
			if err == nil && other == name {
				t.Fatalf("two functions are called %q", name)
			}
		}
		if name, err := n.Repository(layer, pipeline, function); err == nil && !repositoryLimit.pattern.MatchString(name) {
			t.Fatalf("bad repository %q", name)
		}
		if name, err := n.DataBucket(layer); err == nil && (len(name) < 3 || len(name) > 63) {
			t.Fatalf("bad bucket %q", name)
		}
	})
}
