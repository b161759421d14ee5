package run

import (
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/eventpattern"
	"github.com/dorc-dev/dorc/pkg/local/run/s3"
)

// rules are the applied EventBridge rules with a pattern.
type rules struct {
	list []rule
	// announced has the buckets that send their events to EventBridge.
	announced       map[string]bool
	account, region string
}

type rule struct {
	name    string
	pattern eventpattern.Pattern
	targets []string
}

// rules reads the applied rules. A pattern that cannot be matched here is said to warn, and left out.
func (r *Runner) rules(warn func(subject, message string)) (*rules, error) {
	out := &rules{announced: map[string]bool{}, account: r.options.Account, region: r.options.Region}
	notifications, err := r.documents.List(typeNotification)
	if err != nil {
		return nil, err
	}
	for _, doc := range notifications {
		if truth(doc, "eventbridge") {
			out.announced[text(doc, "bucket")] = true
		}
	}
	targets, err := r.documents.List(typeTarget)
	if err != nil {
		return nil, err
	}
	docs, err := r.documents.List(typeRule)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		if text(doc, "eventPattern") == "" || !enabled(doc) {
			continue
		}
		name := text(doc, "name")
		pattern, err := eventpattern.Parse(text(doc, "eventPattern"))
		if err != nil {
			warn("rule "+name, "its objects are not announced: "+err.Error())
			continue
		}
		out.list = append(out.list, rule{name, pattern, targetsOf(name, targets)})
	}
	return out, nil
}

func enabled(doc *cloud.Document) bool {
	if state := text(doc, "state"); state != "" {
		return state != "DISABLED"
	}
	is, set := doc.Outputs["isEnabled"].(bool)
	return !set || is
}

// targetsOf names the state machines that a rule starts.
func targetsOf(rule string, all []*cloud.Document) []string {
	var out []string
	for _, doc := range all {
		arn := text(doc, "arn")
		if _, name, ok := strings.Cut(arn, ":stateMachine:"); ok && text(doc, "rule") == rule {
			out = append(out, name)
		}
	}
	return out
}

// matches finds the rules that an object's event matches
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html).
func (r *rules) matches(o s3.Object) []RuleMatch {
	if !r.announced[o.Bucket] {
		return nil
	}
	event := map[string]any{
		"version": "0", "source": "aws.s3", "detail-type": "Object Created", "account": r.account, "region": r.region,
		"resources": []any{"arn:aws:s3:::" + o.Bucket},
		"detail": map[string]any{
			"version": "0", "reason": o.Reason, "requester": r.account,
			"bucket": map[string]any{"name": o.Bucket},
			"object": map[string]any{"key": o.Key, "size": float64(o.Size), "etag": o.ETag, "version-id": o.VersionID},
		},
	}
	var out []RuleMatch
	for _, rule := range r.list {
		if rule.pattern.Matches(event) {
			out = append(out, RuleMatch{rule.name, rule.targets})
		}
	}
	return out
}

// object reports an object that a function created.
func (s *session) object(record *record, o s3.Object) {
	record.emit(Event{Kind: ObjectCreated, Bucket: o.Bucket, Key: o.Key, Size: o.Size, Matches: s.rules.matches(o)})
}
