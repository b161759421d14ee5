package asl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChoice(t *testing.T) {
	const data = `{"s": "foo.log", "same": "foo.log", "n": 5, "m": 7.5, "b": true, "t": "2030-01-01T00:00:00Z", "later": "2030-01-01T01:00:00+00:30", "null": null, "star": "a*b"}`
	tests := []struct {
		rule string
		want bool
	}{
		{`"Variable": "$.s", "StringEquals": "foo.log"`, true},
		{`"Variable": "$.s", "StringEquals": "foo"`, false},
		{`"Variable": "$.s", "StringEqualsPath": "$.same"`, true},
		{`"Variable": "$.s", "StringLessThan": "g"`, true},
		{`"Variable": "$.s", "StringLessThanPath": "$.same"`, false},
		{`"Variable": "$.s", "StringGreaterThan": "f"`, true},
		{`"Variable": "$.s", "StringLessThanEquals": "foo.log"`, true},
		{`"Variable": "$.s", "StringGreaterThanEquals": "foo.log"`, true},
		{`"Variable": "$.s", "StringMatches": "foo*.log"`, true},
		{`"Variable": "$.s", "StringMatches": "*.txt"`, false},
		{`"Variable": "$.s", "StringMatches": "f*o*g"`, true},
		{`"Variable": "$.star", "StringMatches": "a\\*b"`, true},
		{`"Variable": "$.s", "StringMatches": "foo\\*"`, false},
		{`"Variable": "$.n", "StringEquals": "5"`, false},
		{`"Variable": "$.n", "NumericEquals": 5.0`, true},
		{`"Variable": "$.n", "NumericEqualsPath": "$.m"`, false},
		{`"Variable": "$.n", "NumericLessThan": 6`, true},
		{`"Variable": "$.n", "NumericLessThanPath": "$.m"`, true},
		{`"Variable": "$.n", "NumericGreaterThan": 4.9`, true},
		{`"Variable": "$.n", "NumericLessThanEquals": 5`, true},
		{`"Variable": "$.n", "NumericGreaterThanEquals": 6`, false},
		{`"Variable": "$.s", "NumericEquals": 5`, false},
		{`"Variable": "$.b", "BooleanEquals": true`, true},
		{`"Variable": "$.b", "BooleanEqualsPath": "$.b"`, true},
		{`"Variable": "$.b", "BooleanEquals": false`, false},
		{`"Variable": "$.t", "TimestampEquals": "2030-01-01T01:00:00+01:00"`, true},
		{`"Variable": "$.t", "TimestampLessThan": "2030-01-01T00:00:01Z"`, true},
		{`"Variable": "$.t", "TimestampGreaterThan": "2030-01-01T00:00:01Z"`, false},
		{`"Variable": "$.t", "TimestampLessThanPath": "$.later"`, true},
		{`"Variable": "$.t", "TimestampLessThanEquals": "2030-01-01T00:00:00Z"`, true},
		{`"Variable": "$.t", "TimestampGreaterThanEquals": "2030-01-01T00:00:00Z"`, true},
		{`"Variable": "$.null", "IsNull": true`, true},
		{`"Variable": "$.s", "IsNull": true`, false},
		{`"Variable": "$.null", "IsPresent": true`, true},
		{`"Variable": "$.no", "IsPresent": true`, false},
		{`"Variable": "$.no", "IsPresent": false`, true},
		{`"Variable": "$.n", "IsNumeric": true`, true},
		{`"Variable": "$.s", "IsString": true`, true},
		{`"Variable": "$.s", "IsString": false`, false},
		{`"Variable": "$.b", "IsBoolean": true`, true},
		{`"Variable": "$.t", "IsTimestamp": true`, true},
		{`"Variable": "$.s", "IsTimestamp": true`, false},
		{`"Not": {"Variable": "$.b", "BooleanEquals": true}`, false},
		{`"And": [{"Variable": "$.b", "BooleanEquals": true}, {"Variable": "$.n", "NumericEquals": 5}]`, true},
		{`"And": [{"Variable": "$.no", "IsPresent": true}, {"Variable": "$.no", "NumericEquals": 5}]`, false},
		{`"Or": [{"Variable": "$.b", "BooleanEquals": false}, {"Variable": "$.n", "NumericEquals": 5}]`, true},
		{`"Variable": "$$.State.Name", "StringEquals": "S"`, true},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			definition := `{"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{` + test.rule + `, "Next": "Yes"}], "Default": "No"},
				"Yes": {"Type": "Pass", "Result": true, "End": true}, "No": {"Type": "Pass", "Result": false, "End": true}}}`
			out, _, _, err := run(t, definition, data)
			require.NoError(t, err)
			assert.Equal(t, test.want, out)
		})
	}
}

func TestChoiceErrors(t *testing.T) {
	for rule, want := range map[string]string{
		`"Variable": "$.no", "NumericEquals": 5`:         "States.Runtime",
		`"Variable": "$.n", "NumericEqualsPath": "$.no"`: "States.Runtime",
		`"Variable": "$.n", "NumericEquals": 6`:          "States.NoChoiceMatched",
	} {
		_, _, _, err := run(t, `{"StartAt": "S", "States": {"S": {"Type": "Choice", "Choices": [{`+rule+`, "Next": "E"}]}, "E": {"Type": "Succeed"}}}`, `{"n": 5}`)
		var failure *Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, want, failure.Name)
	}
}
