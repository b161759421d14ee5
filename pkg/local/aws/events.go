package aws

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	ruleType   = "aws:cloudwatch/eventRule:EventRule"
	targetType = "aws:cloudwatch/eventTarget:EventTarget"
)

var eventKinds = []*kind{
	{
		Token: ruleType, Facts: "aws_cloudwatch_event_rule",
		Args: provider.ArgsOf[cloudwatch.EventRuleArgs](), State: provider.TypeOf[cloudwatch.EventRule](),
		Conflicts: [][]string{{"isEnabled", "state"}},
		Service:   "EventBridge", Noun: "Rule",
		Operations: operations{Create: "PutRule", Update: "PutRule", Delete: "DeleteRule"},
		Auto:       &autoname{Property: "name", Unless: "namePrefix", Max: 64},
		Documents:  []string{"eventPattern"}, Upsert: true,
		ID: func(c *call) string { return ruleID(bus(c), c.Str("name")) },
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any {
				if b := bus(c); b != defaultBus {
					return arn(c, "events", "rule/%s/%s", b, c.Str("name"))
				}
				return arn(c, "events", "rule/%s", c.Str("name"))
			}},
			{Name: "state", Value: func(c *call) any {
				if c.Has("isEnabled") && !c.Bool("isEnabled") {
					return "DISABLED"
				}
				return "ENABLED"
			}},
		},
		Refuse: refuseBus,
		Verify: func(c *call) error { return verifyOptionalRole(c, c.Str("roleArn")) },
		Remove: func(c *call) error {
			targets, err := c.P.Store.IDs(targetType, c.ID+"/")
			if err != nil {
				return err
			}
			if len(targets) > 0 && !c.Bool("forceDestroy") {
				return provider.Refuse("ValidationException", "Rule can't be deleted since it has targets.")
			}
			return nil
		},
		Missing:  func(c *call) *refusal { return noRule(c, c.Str("name")) },
		Children: []child{{Token: targetType, Prefix: func(c *call) string { return c.ID + "/" }}},
	},
	{
		Token: targetType, Facts: "aws_cloudwatch_event_target",
		Args: provider.ArgsOf[cloudwatch.EventTargetArgs](), State: provider.TypeOf[cloudwatch.EventTarget](),
		Service: "EventBridge", Noun: "Target",
		Operations: operations{Create: "PutTargets", Update: "PutTargets", Delete: "RemoveTargets"},
		Auto:       &autoname{Property: "targetId", Max: 64},
		Upsert:     true,
		ID:         func(c *call) string { return ruleID(bus(c), c.Str("rule")) + "/" + c.Str("targetId") },
		Refuse:     refuseBus,
		Verify:     verifyTarget,
		Missing: func(c *call) *refusal {
			return provider.Refuse("ResourceNotFoundException", "Target %s does not exist on rule %s.", c.Str("targetId"), c.Str("rule"))
		},
	},
}

// defaultBus is the event bus that every account has. The local cloud has no other.
const defaultBus = "default"

func bus(c *call) string {
	if b := c.Str("eventBusName"); b != "" {
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
	if v := provider.Open(c.In["eventBusName"]); v.IsString() && v.StringValue() != defaultBus {
		c.Fail("eventBusName", "the local cloud has the event bus %q only, got %s", defaultBus, c.Show("eventBusName"))
	}
}

func noRule(c *call, name string) *refusal {
	return provider.Refuse("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", name, bus(c))
}

func verifyOptionalRole(c *call, arn string) error {
	if arn == "" {
		return nil
	}
	t, err := trusts(c, arn, "events.amazonaws.com")
	if err != nil {
		return err
	}
	if !t.assumable {
		return provider.Refuse("ValidationException",
			"Provided role '%s' cannot be assumed by principal 'events.amazonaws.com'.", arn)
	}
	return nil
}

func verifyTarget(c *call) error {
	ok, err := c.Exists(ruleType, ruleID(bus(c), c.Str("rule")))
	if err != nil {
		return err
	}
	if !ok {
		return noRule(c, c.Str("rule"))
	}
	arn := c.Str("arn")
	if strings.Contains(arn, ":states:") && c.Str("roleArn") == "" {
		return provider.Refuse("ValidationException", "RoleArn is required for target %s.", arn)
	}
	if err := verifyARN(c, arn); err != nil {
		return err
	}
	return verifyOptionalRole(c, c.Str("roleArn"))
}

// verifyARN fails when an ARN names a resource of this account and region that
// does not exist, of a type that the local cloud has.
func verifyARN(c *call, arn string) error {
	typ, id := locate(arn)
	if typ == "" || !strings.Contains(arn, fmt.Sprintf(":%s:%s:", c.P.Region, c.P.Account)) {
		return nil
	}
	if typ == queueType {
		id = queueURL(c, id)
	}
	ok, err := c.Exists(tokens.Type(typ), id)
	if err == nil && !ok {
		return provider.Refuse("ValidationException", "The resource %s does not exist.", arn)
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
