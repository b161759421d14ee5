package aws

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

const (
	ruleType   = "aws:cloudwatch/eventRule:EventRule"
	targetType = "aws:cloudwatch/eventTarget:EventTarget"
)

var eventKinds = []*kind{
	{
		token: ruleType, facts: "aws_cloudwatch_event_rule",
		args: argsOf[cloudwatch.EventRuleArgs](), state: typeOf[cloudwatch.EventRule](),
		conflicts: [][]string{{"isEnabled", "state"}},
		service:   "EventBridge", noun: "Rule",
		operations: operations{"PutRule", "PutRule", "DeleteRule"},
		auto:       &autoname{property: "name", unless: "namePrefix", max: 64},
		documents:  []string{"eventPattern"}, upsert: true,
		id: func(c *call) string { return ruleID(bus(c), c.str("name")) },
		outputs: []output{
			{name: "arn", value: func(c *call) any {
				if b := bus(c); b != defaultBus {
					return c.arn("events", "rule/%s/%s", b, c.str("name"))
				}
				return c.arn("events", "rule/%s", c.str("name"))
			}},
			{name: "state", value: func(c *call) any {
				if c.has("isEnabled") && !c.boolean("isEnabled") {
					return "DISABLED"
				}
				return "ENABLED"
			}},
		},
		refuse: refuseBus,
		verify: func(c *call) error { return verifyOptionalRole(c, c.str("roleArn")) },
		remove: func(c *call) error {
			targets, err := c.p.store.IDs(targetType, c.id+"/")
			if err != nil {
				return err
			}
			if len(targets) > 0 && !c.boolean("forceDestroy") {
				return refusal("ValidationException", "Rule can't be deleted since it has targets.")
			}
			return nil
		},
		missing:  func(c *call) *apiError { return noRule(c, c.str("name")) },
		children: []child{{targetType, func(c *call) string { return c.id + "/" }}},
	},
	{
		token: targetType, facts: "aws_cloudwatch_event_target",
		args: argsOf[cloudwatch.EventTargetArgs](), state: typeOf[cloudwatch.EventTarget](),
		service: "EventBridge", noun: "Target",
		operations: operations{"PutTargets", "PutTargets", "RemoveTargets"},
		auto:       &autoname{property: "targetId", max: 64},
		upsert:     true,
		id:         func(c *call) string { return ruleID(bus(c), c.str("rule")) + "/" + c.str("targetId") },
		refuse:     refuseBus,
		verify:     verifyTarget,
		missing: func(c *call) *apiError {
			return refusal("ResourceNotFoundException", "Target %s does not exist on rule %s.", c.str("targetId"), c.str("rule"))
		},
	},
}

// defaultBus is the event bus that every account has. The local cloud has no other.
const defaultBus = "default"

func bus(c *call) string {
	if b := c.str("eventBusName"); b != "" {
		return b
	}
	return defaultBus
}

// ruleID is the bus and the name; on the default bus, the name alone.
func ruleID(bus, name string) string {
	if bus == defaultBus {
		return name
	}
	return bus + "/" + name
}

func refuseBus(c *check) {
	if v := open(c.in["eventBusName"]); v.IsString() && v.StringValue() != defaultBus {
		c.fail("eventBusName", "the local cloud has the event bus %q only, got %s", defaultBus, c.show("eventBusName"))
	}
}

func noRule(c *call, name string) *apiError {
	return refusal("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", name, bus(c))
}

func verifyOptionalRole(c *call, arn string) error {
	if arn == "" {
		return nil
	}
	t, err := c.trusts(arn, "events.amazonaws.com")
	if err != nil {
		return err
	}
	if !t.assumable {
		return refusal("ValidationException",
			"Provided role '%s' cannot be assumed by principal 'events.amazonaws.com'.", arn)
	}
	return nil
}

func verifyTarget(c *call) error {
	ok, err := c.exists(ruleType, ruleID(bus(c), c.str("rule")))
	if err != nil {
		return err
	}
	if !ok {
		return noRule(c, c.str("rule"))
	}
	arn := c.str("arn")
	if strings.Contains(arn, ":states:") && c.str("roleArn") == "" {
		return refusal("ValidationException", "RoleArn is required for target %s.", arn)
	}
	if err := verifyARN(c, arn); err != nil {
		return err
	}
	return verifyOptionalRole(c, c.str("roleArn"))
}

// verifyARN fails when an ARN names a resource of this account and region that
// does not exist, of a type that the local cloud has.
func verifyARN(c *call, arn string) error {
	typ, id := locate(arn)
	if typ == "" || !strings.Contains(arn, fmt.Sprintf(":%s:%s:", c.p.region, c.p.account)) {
		return nil
	}
	if typ == queueType {
		id = queueURL(c, id)
	}
	ok, err := c.exists(tokens.Type(typ), id)
	if err == nil && !ok {
		return refusal("ValidationException", "The resource %s does not exist.", arn)
	}
	return err
}

// locate finds the type and ID of what an ARN names; typ is "" when it is of no
// type that the local cloud has.
func locate(arn string) (typ, id string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return "", ""
	}
	switch parts[2] {
	case "lambda":
		return functionType, functionName(arn)
	case "states":
		return stateMachineType, arn
	case "sqs":
		return queueType, parts[5]
	case "sns":
		return topicType, arn
	case "logs":
		return logGroupType, logGroupName(arn)
	}
	return "", ""
}
