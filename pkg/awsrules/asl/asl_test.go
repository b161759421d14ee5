package asl

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAccepted(t *testing.T) {
	for name, definition := range map[string]string{
		"a task": `{"StartAt":"a","States":{"a":{"Type":"Task","Resource":"arn:aws:lambda:eu-west-2:1:function:f","End":true}}}`,
		"retry, catch and a failure": `{"Comment":"c","StartAt":"a","States":{
			"a":{"Type":"Task","Resource":"r","Retry":[{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":2,"BackoffRate":2.0,"IntervalSeconds":1}],
			"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"f"}],"Next":"b"},
			"b":{"Type":"Succeed"},"f":{"Type":"Fail","Error":"e","Cause":"c"}}}`,
		"choice, wait, parallel and map": `{"StartAt":"c","QueryLanguage":"JSONPath","States":{
			"c":{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"w"}],"Default":"p"},
			"w":{"Type":"Wait","Seconds":5,"Next":"p"},
			"p":{"Type":"Parallel","Branches":[{"StartAt":"x","States":{"x":{"Type":"Pass","End":true}}}],"Next":"m"},
			"m":{"Type":"Map","ItemProcessor":{"StartAt":"x","States":{"x":{"Type":"Pass","End":true}}},"End":true}}}`,
		"a loop": `{"StartAt":"a","States":{"a":{"Type":"Pass","Next":"b"},"b":{"Type":"Choice","Choices":[{"Next":"a"}],"Default":"e"},"e":{"Type":"Succeed"}}}`,
	} {
		t.Run(name, func(t *testing.T) { require.NoError(t, Check(definition)) })
	}
}

func TestRefused(t *testing.T) {
	one := func(state string) string { return `{"StartAt":"a","States":{"a":` + state + `}}` }
	for name, tt := range map[string]struct{ definition, want string }{
		"not JSON":           {"{", "INVALID_JSON_DESCRIPTION"},
		"more behind":        {one(`{"Type":"Succeed"}`) + "{}", "more behind the JSON object"},
		"no states":          {`{"StartAt":"a"}`, "'States' is required"},
		"no start":           {`{"States":{"a":{"Type":"Succeed"}}}`, "'StartAt' is required"},
		"start missing":      {`{"StartAt":"b","States":{"a":{"Type":"Succeed"}}}`, "Missing 'StartAt' target: b"},
		"next missing":       {one(`{"Type":"Pass","Next":"b"}`), "Missing 'Next' target: b at /States/a"},
		"catch next missing": {one(`{"Type":"Task","Resource":"r","End":true,"Catch":[{"ErrorEquals":["x"],"Next":"b"}]}`), "Missing 'Next' target: b"},
		"unreachable":        {`{"StartAt":"a","States":{"a":{"Type":"Succeed"},"b":{"Type":"Succeed"}}}`, "no transition leads to the state b"},
		"type":               {one(`{"Type":"Taks","End":true}`), `got "Taks" at /States/a/Type`},
		"no end":             {one(`{"Type":"Pass"}`), "either Next, or End"},
		"both":               {one(`{"Type":"Pass","Next":"a","End":true}`), "either Next, or End"},
		"no resource":        {one(`{"Type":"Task","End":true}`), "'Resource' is required"},
		"succeed goes on":    {one(`{"Type":"Succeed","Next":"a"}`), "ends by itself"},
		"choice ends":        {one(`{"Type":"Choice","Choices":[{"Next":"a"}],"End":true}`), "no Next and no End"},
		"no choices":         {one(`{"Type":"Choice"}`), "'Choices' is required"},
		"choice to nowhere":  {one(`{"Type":"Choice","Choices":[{}]}`), "/States/a/Choices[0]"},
		"wait for two":       {one(`{"Type":"Wait","Seconds":1,"Timestamp":"x","End":true}`), "exactly one of Seconds"},
		"retry on pass":      {one(`{"Type":"Pass","End":true,"Retry":[{"ErrorEquals":["x"]}]}`), "no Retry and no Catch"},
		"no error names":     {one(`{"Type":"Task","Resource":"r","End":true,"Retry":[{}]}`), "'ErrorEquals' is required at /States/a/Retry[0]"},
		"ALL not last": {one(`{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["x"]}]}`),
			"States.ALL stands alone"},
		"backoff":        {one(`{"Type":"Task","Resource":"r","End":true,"Retry":[{"ErrorEquals":["x"],"BackoffRate":0.5}]}`), "BackoffRate"},
		"no branches":    {one(`{"Type":"Parallel","End":true}`), "'Branches' is required"},
		"inside branch":  {one(`{"Type":"Parallel","End":true,"Branches":[{"StartAt":"x","States":{"x":{"Type":"Pass"}}}]}`), "/States/a/Branches[0]/States/x"},
		"no processor":   {one(`{"Type":"Map","End":true}`), "'ItemProcessor' is required"},
		"query language": {`{"QueryLanguage":"SQL","StartAt":"a","States":{"a":{"Type":"Succeed"}}}`, "QueryLanguage"},
		"long name": {`{"StartAt":"` + strings.Repeat("n", 81) + `","States":{"` + strings.Repeat("n", 81) + `":{"Type":"Succeed"}}}`,
			"at most 80 characters"},
	} {
		t.Run(name, func(t *testing.T) { assert.ErrorContains(t, Check(tt.definition), tt.want) })
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(`{"StartAt":"a","States":{"a":{"Type":"Map","Iterator":{"StartAt":"a","States":{}},"End":true}}}`)
	f.Add(`{"StartAt":"a","States":{"a":{"Type":"Choice","Choices":[{"Next":"a"}]}}}`)
	f.Fuzz(func(t *testing.T, definition string) {
		if err := Check(definition); err != nil && err.Error() == "" {
			t.Error("an error without words")
		}
	})
}
