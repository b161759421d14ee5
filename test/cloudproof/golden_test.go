package cloudproof

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "write the golden files of testdata instead of comparing with them")

// unknown is how a golden file shows what only AWS can say.
const unknown = "(known after apply)"

// entry is a resource in a golden file.
type entry struct {
	Op      string         `yaml:"op,omitempty"`
	Parent  string         `yaml:"parent,omitempty"`
	Changed []string       `yaml:"changed,omitempty"`
	Inputs  map[string]any `yaml:"inputs,omitempty"`
}

// golden is a stack in a golden file; resources are by "<type> <name>".
type golden struct {
	Resources map[string]entry `yaml:"resources"`
	Outputs   map[string]any   `yaml:"outputs,omitempty"`
}

func (s *steps) golden() golden {
	g := golden{Resources: map[string]entry{}, Outputs: readable(s.outputs)}
	for _, x := range s.sorted() {
		key := x.typ + " " + x.name
		if first, ok := g.Resources[key]; ok { // a replacement has several steps
			first.Op += ", " + x.op
			g.Resources[key] = first
			continue
		}
		g.Resources[key] = entry{x.op, x.parent, x.changed, readable(x.inputs)}
	}
	return g
}

// compare holds a value against testdata/<name>.yaml.
func compare(t *testing.T, name string, value any) {
	t.Helper()
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	require.NoError(t, e.Encode(value))
	got := hash.ReplaceAllString(b.String(), "<sha256>")
	got = tag.ReplaceAllString(got, "$1-<digest>")
	got = loopback.ReplaceAllString(got, "<registry>")
	path := filepath.Join("testdata", name+".yaml")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), got, "%s: run the test with -update and read the difference", path)
}

// A hash says only that some file of the example changed, and a port nothing.
var (
	hash     = regexp.MustCompile(`[0-9a-f]{64}`)
	loopback = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
	tag      = regexp.MustCompile(`\b(` + env + `)-[0-9a-f]{16}\b`)
)

func readable(m resource.PropertyMap) map[string]any {
	out := map[string]any{}
	for key, v := range m {
		if !resource.IsInternalPropertyKey(key) {
			out[string(key)] = readableValue(v)
		}
	}
	return out
}

// readableValue shows a text that is a JSON object in lines.
func readableValue(v resource.PropertyValue) any {
	switch {
	case v.IsComputed() || v.IsOutput():
		return unknown
	case v.IsSecret():
		return "(secret)"
	case v.IsArray():
		list := []any{}
		for _, e := range v.ArrayValue() {
			list = append(list, readableValue(e))
		}
		return list
	case v.IsObject():
		return readable(v.ObjectValue())
	case v.IsString() && len(v.StringValue()) > 0 && v.StringValue()[0] == '{':
		var indented bytes.Buffer
		if err := json.Indent(&indented, []byte(v.StringValue()), "", "  "); err == nil {
			return indented.String() + "\n"
		}
	}
	return v.V
}
