package awsrules

import (
	"encoding/json"
	"testing"
)

// Whatever is accepted as a policy is a JSON object; nothing panics.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}}`)
	f.Add(`{"Statement":[{"Effect":"Deny","NotAction":"*","NotResource":[]}]}`)
	f.Add(`{"Statement":null}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []policyKind{identityPolicy, resourcePolicy, trustPolicy} {
			var object map[string]any
			if checkPolicy(text, kind) == "" && json.Unmarshal([]byte(text), &object) != nil {
				t.Errorf("accepted %q", text)
			}
		}
	})
}

// No event pattern panics, and what is accepted has an object on top.
func FuzzEventPattern(f *testing.F) {
	f.Add(`{"source":["aws.s3"],"detail":{"bucket":{"name":["b"]}}}`)
	f.Add(`{"a":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		failures := check("aws:cloudwatch/eventRule:EventRule", object{"eventPattern": text})
		var top map[string]any
		if len(failures) == 0 && (json.Unmarshal([]byte(text), &top) != nil || len(top) == 0) {
			t.Errorf("accepted %q", text)
		}
	})
}
