package aws

import (
	"net/http"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const stateMachineType = "aws:sfn/stateMachine:StateMachine"

var stateMachineKinds = []*kind{
	{
		Token: stateMachineType, Facts: "aws_sfn_state_machine",
		Args: provider.ArgsOf[sfn.StateMachineArgs](), State: provider.TypeOf[sfn.StateMachine](),
		Service: "SFN", Noun: "State Machine",
		Operations: operations{Create: "CreateStateMachine", Update: "UpdateStateMachine", Delete: "DeleteStateMachine"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 80},
		Documents:  []string{"definition"},
		ID:         machineARN,
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return machineARN(c) }},
			{Name: "creationDate", Once: true, Value: func(c *call) any { return now(c) }},
			{Name: "description", Value: func(*call) any { return "" }},
			{Name: "encryptionConfiguration", Value: func(*call) any { return map[string]any{"type": "AWS_OWNED_KEY"} }},
			{Name: "loggingConfiguration", Value: func(*call) any {
				return map[string]any{"includeExecutionData": false, "level": "OFF", "logDestination": ""}
			}},
			{Name: "revisionId", Value: func(*call) any { return "" }},
			{Name: "stateMachineVersionArn", Value: func(*call) any { return "" }},
			{Name: "status", Value: func(*call) any { return "ACTIVE" }},
			{Name: "tracingConfiguration", Value: func(*call) any { return map[string]any{"enabled": false} }},
			{Name: "versionDescription", Value: func(*call) any { return "" }},
		},
		Refuse: func(c *check) {
			if v := provider.Open(c.In["publish"]); v.IsBool() && v.BoolValue() {
				c.Fail("publish", "the local cloud has no versions of state machines: leave out publish")
			}
		},
		Verify: verifyStateMachine,
		Exists: func(c *call) *refusal {
			return provider.Refuse("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", c.ID)
		},
		Missing: func(c *call) *refusal {
			return provider.Refuse("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", c.ID)
		},
	},
}

func machineARN(c *call) string { return arn(c, "states", "stateMachine:%s", c.Str("name")) }

func verifyStateMachine(c *call) error {
	t, err := trusts(c, c.Str("roleArn"), "states.amazonaws.com")
	if err != nil {
		return err
	}
	if !t.exists || !t.assumable {
		return provider.Refuse("AccessDeniedException", "Neither the global service principal states.amazonaws.com, nor the "+
			"regional one is authorized to assume the provided role. (%s)", c.Str("roleArn"))
	}
	destination := c.Str("loggingConfiguration", "logDestination")
	if destination == "" {
		return nil
	}
	ok, err := c.Exists(logGroupType, logGroupName(destination))
	if err == nil && !ok {
		return provider.Refuse("InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found: %s", destination).
			WithStatus(http.StatusBadRequest)
	}
	return err
}
