package cloudproof

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dorc-dev/dorc/test/cloudproof/recorded"
)

const example = "../../examples/pipeline-config"

// The complete plan of the example, stack by stack, each after those that it
// needs are applied; what is asked of the clouds to apply it; and that a second plan
// finds nothing to do.
func TestExample(t *testing.T) {
	host := startRegistry(t)
	p := newProof(t, repoCopy(t, example, ofRegistry(host), googleImages(host)), options{})
	for _, ref := range stacks(t, p.project) {
		p.forget()
		planned := p.plan(t, ref)
		compare(t, "plan/"+ref.Name(), planned.golden())
		assert.True(t, planned.changes)
		sameResources(t, planned, p.calls("Create", true))
		for _, c := range p.calls("Check", false) {
			assert.Empty(t, c.Failures, "%s %s", c.Type, c.Name)
		}
		for _, c := range p.recorder.Calls("Configure", false) {
			assert.Equal(t, region, c.Inputs["region"].StringValue())
			assert.Equal(t, `["`+account+`"]`, c.Inputs["allowedAccountIds"].StringValue())
		}
		assert.Empty(t, p.calls("Create", false), "a plan creates nothing")

		p.forget()
		p.apply(t, ref)
		compare(t, "apply/"+ref.Name(), requests(p.calls("Create", false)))
	}
	for _, ref := range stacks(t, p.project) {
		assert.False(t, p.plan(t, ref).changes, ref.Name())
	}
}

// calls are those of both clouds' providers.
func (p *proof) calls(method string, preview bool) []recorded.Call {
	return append(p.recorder.Calls(method, preview), p.google.Calls(method, preview)...)
}

func (p *proof) forget() {
	p.recorder.Forget()
	p.google.Forget()
}

// sameResources holds that everything of the clouds that a plan shows was looked at
// by a provider, and nothing else.
func sameResources(t *testing.T, planned *steps, calls []recorded.Call) {
	t.Helper()
	var shown, asked []string
	for _, s := range planned.of("create") {
		if strings.HasPrefix(s.typ, "aws:") || strings.HasPrefix(s.typ, "gcp:") {
			shown = append(shown, s.typ+" "+s.name)
		}
	}
	for _, c := range recorded.Sorted(calls) {
		asked = append(asked, string(c.Type)+" "+c.Name)
	}
	slices.Sort(shown)
	slices.Sort(asked)
	assert.NotEmpty(t, planned.of("create"))
	assert.Equal(t, shown, asked)
}

// requests are what creations send to a cloud, in a golden file.
func requests(calls []recorded.Call) golden {
	g := golden{Resources: map[string]entry{}}
	for _, c := range calls {
		g.Resources[string(c.Type)+" "+c.Name] = entry{Inputs: readable(c.Inputs)}
	}
	return g
}
