package run

import (
	"encoding/json"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
)

// The Pulumi types of the documents that a run reads.
const (
	typeStateMachine = "aws:sfn/stateMachine:StateMachine"
	typeFunction     = "aws:lambda/function:Function"
	typeBucket       = "aws:s3/bucketV2:BucketV2"
	typeVersioning   = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	typeNotification = "aws:s3/bucketNotification:BucketNotification"
	typeRule         = "aws:cloudwatch/eventRule:EventRule"
	typeTarget       = "aws:cloudwatch/eventTarget:EventTarget"

	typeWorkflow      = "gcp:workflows/workflow:Workflow"
	typeGoogleBucket  = "gcp:storage/bucket:Bucket"
	typeSecretVersion = "gcp:secretmanager/secretVersion:SecretVersion"
	typeComposer      = "gcp:composer/environment:Environment"
)

// text reads a string output; "" when there is none.
func text(doc *cloud.Document, path ...string) string {
	s, _ := at(doc.Outputs, path).(string)
	return s
}

// truth reads a boolean output.
func truth(doc *cloud.Document, path ...string) bool {
	b, _ := at(doc.Outputs, path).(bool)
	return b
}

// integer reads a number output, or gives the default when there is none.
func integer(doc *cloud.Document, other int, path ...string) int {
	switch n := at(doc.Outputs, path).(type) {
	case float64:
		return int(n)
	case int:
		return n
	case json.Number:
		if i, err := n.Int64(); err == nil {
			return int(i)
		}
	}
	return other
}

// words reads a list of strings.
func words(doc *cloud.Document, path ...string) []string {
	list, _ := at(doc.Outputs, path).([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// table reads an object of strings.
func table(doc *cloud.Document, path ...string) map[string]string {
	object, _ := at(doc.Outputs, path).(map[string]any)
	out := map[string]string{}
	for name, v := range object {
		if s, ok := v.(string); ok {
			out[name] = s
		}
	}
	return out
}

func at(outputs map[string]any, path []string) any {
	var v any = outputs
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = object[name]
	}
	return v
}
