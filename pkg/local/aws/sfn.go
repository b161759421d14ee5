package aws

import (
	"net/http"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
)

const stateMachineType = "aws:sfn/stateMachine:StateMachine"

var stateMachineKinds = []*kind{
	{
		token: stateMachineType, facts: "aws_sfn_state_machine",
		args: argsOf[sfn.StateMachineArgs](), state: typeOf[sfn.StateMachine](),
		service: "SFN", noun: "State Machine",
		operations: operations{"CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 80},
		documents:  []string{"definition"},
		id:         machineARN,
		outputs: []output{
			{name: "arn", value: func(c *call) any { return machineARN(c) }},
			{name: "creationDate", once: true, value: func(c *call) any { return c.now() }},
			{name: "description", value: func(*call) any { return "" }},
			{name: "encryptionConfiguration", value: func(*call) any { return map[string]any{"type": "AWS_OWNED_KEY"} }},
			{name: "loggingConfiguration", value: func(*call) any {
				return map[string]any{"includeExecutionData": false, "level": "OFF", "logDestination": ""}
			}},
			{name: "revisionId", value: func(*call) any { return "" }},
			{name: "stateMachineVersionArn", value: func(*call) any { return "" }},
			{name: "status", value: func(*call) any { return "ACTIVE" }},
			{name: "tracingConfiguration", value: func(*call) any { return map[string]any{"enabled": false} }},
			{name: "versionDescription", value: func(*call) any { return "" }},
		},
		refuse: func(c *check) {
			if v := open(c.in["publish"]); v.IsBool() && v.BoolValue() {
				c.fail("publish", "the local cloud has no versions of state machines: leave out publish")
			}
		},
		verify: verifyStateMachine,
		exists: func(c *call) *apiError {
			return refusal("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", c.id)
		},
		missing: func(c *call) *apiError {
			return refusal("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", c.id)
		},
	},
}

func machineARN(c *call) string { return c.arn("states", "stateMachine:%s", c.str("name")) }

func verifyStateMachine(c *call) error {
	t, err := c.trusts(c.str("roleArn"), "states.amazonaws.com")
	if err != nil {
		return err
	}
	if !t.exists || !t.assumable {
		return refusal("AccessDeniedException", "Neither the global service principal states.amazonaws.com, nor the "+
			"regional one is authorized to assume the provided role. (%s)", c.str("roleArn"))
	}
	destination := c.str("loggingConfiguration", "logDestination")
	if destination == "" {
		return nil
	}
	ok, err := c.exists(logGroupType, logGroupName(destination))
	if err == nil && !ok {
		return refusal("InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found: %s", destination).
			status(http.StatusBadRequest)
	}
	return err
}
