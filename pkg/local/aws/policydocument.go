package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/mapper"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// document is an IAM policy document, in the order in which the real provider
// writes its fields.
type document struct {
	Version   string      `json:",omitempty"`
	ID        string      `json:"Id,omitempty"`
	Statement []statement `json:",omitempty"`
}

// statement has lists that are written as one string when they have one element.
type statement struct {
	Sid          string                    `json:",omitempty"`
	Effect       string                    `json:",omitempty"`
	Action       any                       `json:",omitempty"`
	NotAction    any                       `json:",omitempty"`
	Resource     any                       `json:",omitempty"`
	NotResource  any                       `json:",omitempty"`
	Principal    any                       `json:",omitempty"`
	NotPrincipal any                       `json:",omitempty"`
	Condition    map[string]map[string]any `json:",omitempty"`
}

// policyArgs are the arguments of getPolicyDocument.
var policyArgs = provider.NewArguments("IAM", "policy document", provider.TypeOf[iam.GetPolicyDocumentArgs]())

// policyDocument evaluates iam.getPolicyDocument as the real provider does.
func policyDocument(_ *Provider, args resource.PropertyMap) (object, []plugin.CheckFailure) {
	if failures := policyArgs.Check(args); len(failures) > 0 {
		return nil, failures
	}
	var in iam.GetPolicyDocumentArgs
	if err := mapper.New(&mapper.Opts{IgnoreMissing: true}).Decode(provider.PlainMap(args), &in); err != nil {
		return nil, []plugin.CheckFailure{{Reason: err.Error()}}
	}
	doc, failures := buildDocument(in)
	if len(failures) > 0 {
		return nil, failures
	}
	pretty, minified, err := doc.render()
	if err != nil {
		return nil, []plugin.CheckFailure{{Reason: err.Error()}}
	}
	out := provider.PlainMap(args)
	out["json"], out["minifiedJson"] = pretty, minified
	out["id"] = fmt.Sprint(crc32.ChecksumIEEE([]byte(pretty)))
	return out, nil
}

func buildDocument(in iam.GetPolicyDocumentArgs) (document, []plugin.CheckFailure) {
	merged := document{}
	sources := in.SourcePolicyDocuments
	//lint:ignore SA1019 programs that still use the older form are served as the real provider serves them
	if in.SourceJson != nil {
		//lint:ignore SA1019 as above
		sources = append([]string{*in.SourceJson}, sources...)
	}
	seen := map[string]bool{}
	for i, text := range sources {
		d, err := readDocument(text)
		if err != nil {
			return merged, failedAt(fmt.Sprintf("sourcePolicyDocuments[%d]", i), err)
		}
		for _, s := range d.Statement {
			if s.Sid != "" && seen[s.Sid] {
				return merged, failedAt("sourcePolicyDocuments", fmt.Errorf("duplicate Sid (%s) in source_policy_documents", s.Sid))
			}
			seen[s.Sid] = true
		}
		merged.merge(d)
	}
	own, failures := ownDocument(in)
	if len(failures) > 0 {
		return merged, failures
	}
	merged.merge(own)
	overrides := in.OverridePolicyDocuments
	//lint:ignore SA1019 as above
	if in.OverrideJson != nil {
		//lint:ignore SA1019 as above
		overrides = append([]string{*in.OverrideJson}, overrides...)
	}
	for i, text := range overrides {
		d, err := readDocument(text)
		if err != nil {
			return merged, failedAt(fmt.Sprintf("overridePolicyDocuments[%d]", i), err)
		}
		merged.merge(d)
	}
	return merged, nil
}

func failedAt(property string, err error) []plugin.CheckFailure {
	return []plugin.CheckFailure{{Property: resource.PropertyKey(property), Reason: err.Error()}}
}

// ownDocument is what the arguments themselves say.
func ownDocument(in iam.GetPolicyDocumentArgs) (document, []plugin.CheckFailure) {
	d := document{Version: "2012-10-17"}
	if in.Version != nil {
		d.Version = *in.Version
		if d.Version != "2012-10-17" && d.Version != "2008-10-17" {
			return d, failedAt("version", fmt.Errorf("expected version to be one of [2008-10-17 2012-10-17], got %s", d.Version))
		}
	}
	if in.PolicyId != nil {
		d.ID = *in.PolicyId
	}
	sids := map[string]bool{}
	for i, s := range in.Statements {
		at := fmt.Sprintf("statements[%d]", i)
		out := statement{Effect: "Allow"}
		if s.Effect != nil {
			out.Effect = *s.Effect
		}
		if out.Effect != "Allow" && out.Effect != "Deny" {
			return d, failedAt(at+".effect", fmt.Errorf("expected effect to be one of [Allow Deny], got %s", out.Effect))
		}
		if s.Sid != nil {
			out.Sid = *s.Sid
		}
		if out.Sid != "" && sids[out.Sid] {
			return d, failedAt(at+".sid", fmt.Errorf("duplicate Sid (%s). Remove the Sid or ensure the Sid is unique", out.Sid))
		}
		sids[out.Sid] = true
		out.Action, out.NotAction = oneOrMore(s.Actions), oneOrMore(s.NotActions)
		out.Resource, out.NotResource = oneOrMore(variables(s.Resources)), oneOrMore(variables(s.NotResources))
		principals, others := map[string][]string{}, map[string][]string{}
		for _, p := range s.Principals {
			principals[p.Type] = append(principals[p.Type], variables(p.Identifiers)...)
		}
		for _, p := range s.NotPrincipals {
			others[p.Type] = append(others[p.Type], variables(p.Identifiers)...)
		}
		out.Principal, out.NotPrincipal = principal(principals), principal(others)
		out.Condition = conditions(s.Conditions)
		d.Statement = append(d.Statement, out)
	}
	return d, nil
}

// conditions joins the values of one test and variable; their order is kept.
func conditions(list []iam.GetPolicyDocumentStatementCondition) map[string]map[string]any {
	var out map[string]map[string]any
	for _, c := range list {
		if out == nil {
			out = map[string]map[string]any{}
		}
		if out[c.Test] == nil {
			out[c.Test] = map[string]any{}
		}
		values := variables(c.Values)
		if old, ok := out[c.Test][c.Variable]; ok {
			values = append(flat(old), values...)
		}
		out[c.Test][c.Variable] = single(values)
	}
	return out
}

// variables writes &{…} as ${…}: programs write IAM's variables so, because ${…}
// is their own interpolation.
func variables(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ReplaceAll(s, "&{", "${")
	}
	return out
}

// oneOrMore is nothing, a string, or a list in the real provider's order, which is
// the reverse of the alphabet's.
func oneOrMore(list []string) any {
	list = slices.Clone(list)
	slices.Sort(list)
	list = slices.Compact(list)
	slices.Reverse(list)
	return single(list)
}

func single(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

func flat(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	list, _ := v.([]string)
	return list
}

// principal is "*" for everyone, or a map of types.
func principal(byType map[string][]string) any {
	if len(byType) == 0 {
		return nil
	}
	if all := byType["*"]; len(byType) == 1 && slices.Equal(all, []string{"*"}) {
		return "*"
	}
	out := map[string]any{}
	for typ, identifiers := range byType {
		out[typ] = oneOrMore(identifiers)
	}
	return out
}

// merge takes another document's version, ID and statements; a statement with a
// Sid replaces the one of that Sid.
func (d *document) merge(other document) {
	if other.Version != "" {
		d.Version = other.Version
	}
	if other.ID != "" {
		d.ID = other.ID
	}
	for _, s := range other.Statement {
		i := -1
		if s.Sid != "" {
			i = slices.IndexFunc(d.Statement, func(o statement) bool { return o.Sid == s.Sid })
		}
		if i >= 0 {
			d.Statement[i] = s
		} else {
			d.Statement = append(d.Statement, s)
		}
	}
}

func readDocument(text string) (document, error) {
	var raw struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	d := document{}
	if text == "" {
		return d, nil
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return d, fmt.Errorf("it is not a policy document: %w", err)
	}
	d.Version, d.ID = raw.Version, raw.ID
	if len(raw.Statement) > 0 && raw.Statement[0] == '{' {
		raw.Statement = append(append([]byte{'['}, raw.Statement...), ']')
	}
	if len(raw.Statement) > 0 {
		if err := json.Unmarshal(raw.Statement, &d.Statement); err != nil {
			return d, fmt.Errorf("it is not a policy document: %w", err)
		}
	}
	return d, nil
}

// render writes the document indented by two spaces and without white space.
func (d document) render() (pretty, minified string, err error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return "", "", err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(b.Bytes()), "", "  "); err != nil {
		return "", "", err
	}
	return indented.String(), strings.TrimSpace(b.String()), nil
}
