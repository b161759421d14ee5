package awsrules

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

const policySource = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"

// policyKind is where a policy document is used.
type policyKind int

const (
	identityPolicy policyKind = iota
	resourcePolicy
	trustPolicy
)

// policy wants an IAM policy document of a kind and at most max characters
// without white space.
func policy(kind policyKind, most int) test {
	return document(func(s subject) string {
		if !s.Value.IsString() {
			return ""
		}
		text := s.Value.StringValue()
		if why := checkPolicy(text, kind); why != "" {
			return fmt.Sprintf("%q contains an invalid JSON policy: %s", s.Name, why)
		}
		if n := sizeWithoutSpace(text); n > most {
			return fmt.Sprintf("%s has %d characters without white space, at most %d are allowed", s.Name, n, most)
		}
		return ""
	})
}

func sizeWithoutSpace(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// checkPolicy returns why a document is not a policy, or "".
func checkPolicy(text string, kind policyKind) string {
	switch {
	case text == "":
		return "it is empty"
	case strings.HasPrefix(text, " "):
		return "leading space characters are not allowed"
	case text[0] != '{':
		return "not a JSON object"
	}
	var doc struct {
		Version   *string
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return fmt.Sprintf("contains an invalid JSON: %v", err)
	}
	if doc.Version != nil && *doc.Version != "2012-10-17" && *doc.Version != "2008-10-17" {
		return fmt.Sprintf("Version is %q; it is 2012-10-17 or 2008-10-17", *doc.Version)
	}
	statements, err := listOf(doc.Statement)
	if err != nil || len(statements) == 0 {
		return "it needs a Statement with at least one statement"
	}
	for i, raw := range statements {
		if why := checkStatement(raw, kind); why != "" {
			return fmt.Sprintf("statement %d %s", i+1, why)
		}
	}
	return ""
}

// listOf reads what JSON policies write as one value or as a list of them.
func listOf(raw json.RawMessage) ([]json.RawMessage, error) {
	if len(raw) > 0 && raw[0] != '[' {
		return []json.RawMessage{raw}, nil
	}
	var list []json.RawMessage
	return list, json.Unmarshal(raw, &list)
}

// statementKeys are the elements of a statement.
var statementKeys = map[string]bool{
	"Sid": true, "Effect": true, "Principal": true, "NotPrincipal": true, "Action": true,
	"NotAction": true, "Resource": true, "NotResource": true, "Condition": true,
}

func checkStatement(raw json.RawMessage, kind policyKind) string {
	var s map[string]json.RawMessage
	if err := json.Unmarshal(raw, &s); err != nil {
		return "is not an object"
	}
	for key := range s {
		if !statementKeys[key] {
			return fmt.Sprintf("has the unknown element %q", key)
		}
	}
	var effect string
	if err := json.Unmarshal(s["Effect"], &effect); err != nil || (effect != "Allow" && effect != "Deny") {
		return "needs an Effect, Allow or Deny"
	}
	has := func(a, b string) bool { return len(s[a]) > 0 || len(s[b]) > 0 }
	switch {
	case !has("Action", "NotAction"):
		return "needs an Action or NotAction"
	case kind == identityPolicy && !has("Resource", "NotResource"):
		return "needs a Resource or NotResource"
	case kind == identityPolicy && has("Principal", "NotPrincipal"):
		return "has a Principal, which a policy of an identity cannot have"
	case kind != identityPolicy && !has("Principal", "NotPrincipal"):
		return "needs a Principal or NotPrincipal"
	case kind == trustPolicy && has("Resource", "NotResource"):
		return "has a Resource, which a trust policy cannot have"
	}
	return checkActions(s["Action"], s["NotAction"])
}

func checkActions(fields ...json.RawMessage) string {
	for _, raw := range fields {
		if len(raw) == 0 {
			continue
		}
		list, err := listOf(raw)
		if err != nil {
			return "has an Action that is neither a string nor a list"
		}
		for _, item := range list {
			var action string
			if err := json.Unmarshal(item, &action); err != nil {
				return "has an Action that is not a string"
			}
			if action != "*" && !strings.Contains(action, ":") {
				return fmt.Sprintf("has the action %q; actions are <service>:<action>", action)
			}
		}
	}
	return ""
}
