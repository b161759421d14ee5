// Package eventpattern matches events against EventBridge event patterns
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
// A filter that it does not know is an error, never a silent mismatch.
package eventpattern
