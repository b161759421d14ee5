package infra_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/infra"
	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

func create(args *infra.Args) (*componenttest.Result, error) {
	return componenttest.Run(componenttest.Options{Stack: "infra-prod"}, func(ctx *pulumi.Context) error {
		_, err := infra.CreateInfra(ctx, "infra-prod", args)
		return err
	})
}

func full() *infra.Args {
	return &infra.Args{
		Universal: config.Universal{
			Project: "ExampleDorc", Region: "eu-west-2", Tags: map[string]string{"project": "example-dorc"},
		},
		Environment: config.Environment{
			Environment:                          "prod",
			VPCID:                                "vpc-1",
			PrivateSubnetIDs:                     []string{"subnet-1"},
			AdditionalLambdaRolePolicyARN:        "arn:aws:iam::aws:policy/One",
			AdditionalStateFunctionRolePolicyARN: "arn:aws:iam::aws:policy/Two",
			AdditionalCloudeventStateMachineTriggerRolePolicyARN: "arn:aws:iam::aws:policy/Three",
			DataBuckets: []config.DataBucket{{Name: "raw", ForceDestroy: true}, {Name: "processed_data"}},
		},
		Account: componenttest.Account,
	}
}

func TestCreateInfra(t *testing.T) {
	plain := full()
	plain.Environment = config.Environment{Environment: "prod"}
	china := full()
	china.Universal.Region = "cn-north-1"
	china.Environment.VPCID = ""
	for name, args := range map[string]*infra.Args{"plain": plain, "full": full(), "china": china} {
		t.Run(name, func(t *testing.T) {
			result, err := create(args)
			if err != nil {
				t.Fatal(err)
			}
			componenttest.Golden(t, name, result)
		})
	}
}

// The account is asked of AWS when the caller does not give it.
func TestAccountDefault(t *testing.T) {
	args := full()
	args.Account, args.Universal.Region = "", ""
	asked, err := create(args)
	if err != nil {
		t.Fatal(err)
	}
	given, err := create(full())
	if err != nil {
		t.Fatal(err)
	}
	if len(asked.Calls) != 2 || len(given.Calls) != 0 {
		t.Errorf("AWS was asked %v and %v", asked.Calls, given.Calls)
	}
	asked.Calls = nil
	if fmt.Sprint(asked) != fmt.Sprint(given) {
		t.Errorf("with the account asked of AWS:\n%v\ngiven:\n%v", asked, given)
	}
}

// Actions that may be granted on every resource, because AWS has no
// resource-level permission for them. The sources stand where they are granted.
var onEverything = []string{
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
	"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups",
	"logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
	"logs:PutResourcePolicy", "logs:UpdateLogDelivery",
}

func TestLeastPrivilege(t *testing.T) {
	result, err := create(full())
	if err != nil {
		t.Fatal(err)
	}
	policies := 0
	for _, r := range result.Resources {
		for _, key := range []string{"policy", "assumeRolePolicy"} {
			text, ok := r.Inputs[key].(string)
			if !ok {
				continue
			}
			policies++
			checkPolicy(t, r.Type+" "+r.Name, text)
		}
	}
	if want := 3 + 3 + 2; policies != want {
		t.Errorf("%d policies were checked, want %d", policies, want)
	}
}

func checkPolicy(t *testing.T, place, text string) {
	var policy struct {
		Statement []struct {
			Sid, Effect      string
			Action, Resource []string
		}
	}
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		t.Fatalf("%s: %v", place, err)
	}
	for _, s := range policy.Statement {
		if s.Effect == "Deny" {
			continue
		}
		for _, action := range s.Action {
			if strings.Contains(action, "*") {
				t.Errorf("%s: %s grants %s", place, s.Sid, action)
			}
			if slices.Contains(s.Resource, "*") && !slices.Contains(onEverything, action) {
				t.Errorf("%s: %s grants %s on everything", place, s.Sid, action)
			}
		}
		for _, resource := range s.Resource {
			scoped := strings.Contains(resource, "ExampleDorc-prod-") || strings.Contains(resource, ":::exampledorc-prod-") ||
				resource == "arn:aws:ec2:eu-west-2:123456789012:*/*" ||
				strings.HasSuffix(resource, ":123456789012:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")
			if resource != "*" && !scoped {
				t.Errorf("%s: %s reaches %s, which is not the environment's", place, s.Sid, resource)
			}
		}
	}
}

func TestTooManyBuckets(t *testing.T) {
	args := full()
	args.Environment.DataBuckets = nil
	for i := range 100 {
		args.Environment.DataBuckets = append(args.Environment.DataBuckets, config.DataBucket{Name: fmt.Sprintf("bucket%d", i)})
	}
	_, err := create(args)
	var p problem.Problem
	if !errors.As(err, &p) || !strings.Contains(p.Detail, "10240") {
		t.Errorf("want a problem that names the limit, got %v", err)
	}
}

func TestNoEnvironment(t *testing.T) {
	args := full()
	args.Environment.Environment = ""
	_, err := create(args)
	var p problem.Problem
	if !errors.As(err, &p) {
		t.Errorf("want a problem, got %v", err)
	}
}
