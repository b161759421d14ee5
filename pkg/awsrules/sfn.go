package awsrules

import (
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/awsrules/asl"
)

const (
	machineSource = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"
	loggingSource = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html"
)

var machineName = regexp.MustCompile(`^[0-9A-Za-z-_]+$`)

var _ = register("aws:sfn/stateMachine:StateMachine", table{
	values: []row{
		{"name", all(length(1, 80), pattern(machineName, "the name should only contain 0-9, A-Z, a-z, - and _")), machineSource},
		{"namePrefix", all(length(1, 54), pattern(machineName, "the name should only contain 0-9, A-Z, a-z, - and _")), machineSource},
		{"roleArn", all(isARN, length(1, 256)), machineSource},
		{"type", oneOf("STANDARD", "EXPRESS"), machineSource},
		{"definition", all(length(1, 1048576), document(stateMachine)), asl.Source},
		{"loggingConfiguration.level", oneOf("ALL", "ERROR", "FATAL", "OFF"), loggingSource},
		{"loggingConfiguration.logDestination", all(isARN, logDestination), loggingSource},
	},
	whole: func(in inputs) []Failure {
		level := in.Str("loggingConfiguration", "level")
		if level != "" && level != "OFF" && !in.Given("loggingConfiguration", "logDestination") {
			return []Failure{{Property: "loggingConfiguration.logDestination", Source: loggingSource,
				Reason: "InvalidLoggingConfiguration: level " + level + " needs a logDestination"}}
		}
		return nil
	},
})

// stateMachine wants a definition in Amazon States Language.
func stateMachine(s subject) string {
	if !s.Value.IsString() || s.Value.StringValue() == "" {
		return ""
	}
	if err := asl.Check(s.Value.StringValue()); err != nil {
		return "InvalidDefinition: " + err.Error()
	}
	return ""
}

// logDestination wants the ARN of all streams of a log group, as the API does.
func logDestination(s subject) string {
	if s.Value.IsString() && !strings.HasSuffix(s.Value.StringValue(), ":*") {
		return s.Name + " must be the ARN of a log group that ends in :*, got " + s.Show()
	}
	return ""
}
