package awsrules

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/awsrules/schedule"
)

const (
	logGroupSource = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"
	retainSource   = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"
	ruleSource     = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"
	targetSource   = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html"
	retrySource    = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html"
	patternSource  = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"
)

var (
	logGroupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`)
	ruleName     = regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`)
)

const ruleWords = "must have only a-z, A-Z, 0-9 and . - _"

var _ = register("aws:cloudwatch/logGroup:LogGroup", table{values: []row{
	{"name", all(length(1, 512), pattern(logGroupName, "must have only a-z, A-Z, 0-9 and . - _ / #"), notReservedLogGroup), logGroupSource},
	{"kmsKeyId", isARN, logGroupSource},
	{"logGroupClass", oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"), logGroupSource},
	{"retentionInDays", oneOfNumbers(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827,
		2192, 2557, 2922, 3288, 3653), retainSource},
}})

func notReservedLogGroup(s subject) string {
	if s.Value.IsString() && strings.HasPrefix(s.Value.StringValue(), "aws/") {
		return fmt.Sprintf("invalid value for %s (names that begin with aws/ are reserved), got %s", s.Name, s.Show())
	}
	return ""
}

var _ = register("aws:cloudwatch/eventRule:EventRule", table{
	values: []row{
		{"name", all(length(1, 64), pattern(ruleName, ruleWords)), ruleSource},
		{"namePrefix", all(length(1, 38), pattern(ruleName, ruleWords)), ruleSource},
		{"description", length(0, 512), ruleSource},
		{"scheduleExpression", all(length(0, 256), document(scheduleExpression)), schedule.Source},
		{"eventPattern", all(isJSON, length(0, 4096), document(eventPattern)), patternSource},
		{"roleArn", isARN, ruleSource},
		{"state", oneOf("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"), ruleSource},
	},
	whole: wholeRule,
})

func wholeRule(in inputs) []Failure {
	var out []Failure
	if !in.Given("eventPattern") && !in.Given("scheduleExpression") {
		out = append(out, Failure{Property: "scheduleExpression", Source: ruleSource,
			Reason: "Missing required argument: one of `event_pattern,schedule_expression` must be specified " +
				"(eventPattern or scheduleExpression)"})
	}
	if in.Str("scheduleExpression") != "" {
		if bus := in.Str("eventBusName"); bus != "" && bus != "default" {
			out = append(out, Failure{Property: "scheduleExpression", Source: ruleSource,
				Reason: "ScheduleExpression is supported only on the default event bus"})
		}
	}
	return out
}

func scheduleExpression(s subject) string {
	if !s.Value.IsString() || s.Value.StringValue() == "" {
		return ""
	}
	if _, err := schedule.Parse(s.Value.StringValue()); err != nil {
		reason := fmt.Sprintf("Parameter ScheduleExpression is not valid: %v", err)
		var bad *schedule.Error
		if errors.As(err, &bad) && bad.Hint != "" {
			reason += ". " + bad.Hint
		}
		return reason
	}
	return ""
}

// eventPattern wants an object whose leaves are lists, as EventBridge matches them.
func eventPattern(s subject) string {
	if !s.Value.IsString() {
		return ""
	}
	var doc any
	if json.Unmarshal([]byte(s.Value.StringValue()), &doc) != nil {
		return "" // isJSON says it
	}
	top, ok := doc.(map[string]any)
	if !ok || len(top) == 0 {
		return fmt.Sprintf("Event pattern is not valid. Reason: %s must be a JSON object with at least one field", s.Name)
	}
	return patternFields(top, "")
}

func patternFields(m map[string]any, at string) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		path := strings.TrimPrefix(at+"."+k, ".")
		switch v := m[k].(type) {
		case []any:
			if len(v) == 0 {
				return fmt.Sprintf("Event pattern is not valid. Reason: Empty arrays are not allowed at %q", path)
			}
		case map[string]any:
			if len(v) == 0 {
				return fmt.Sprintf("Event pattern is not valid. Reason: Empty objects are not allowed at %q", path)
			}
			if why := patternFields(v, path); why != "" {
				return why
			}
		default:
			return fmt.Sprintf("Event pattern is not valid. Reason: %q must be an object or an array", path)
		}
	}
	return ""
}

var _ = register("aws:cloudwatch/eventTarget:EventTarget", table{values: []row{
	{"targetId", all(length(1, 64), pattern(ruleName, ruleWords)), targetSource},
	{"rule", all(length(1, 64), pattern(ruleName, ruleWords)), ruleSource},
	{"arn", isARN, targetSource},
	{"roleArn", isARN, targetSource},
	{"input", all(isJSON, length(0, 8192)), targetSource},
	{"inputPath", length(0, 256), targetSource},
	{"inputTransformer.inputTemplate", length(1, 8192), targetSource},
	{"deadLetterConfig.arn", isARN, targetSource},
	{"retryPolicy.maximumRetryAttempts", between(0, 185), retrySource},
	{"retryPolicy.maximumEventAgeInSeconds", between(60, 86400), retrySource},
}})
