package componenttest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
)

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

// Golden compares what a program registered with testdata/<name>.json. With
// -update it writes the file instead. Texts that are JSON, such as policies, are
// shown as JSON, so that a change of one is easy to read.
func Golden(t *testing.T, name string, result *Result) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	shown := Result{Exports: result.Exports}
	for _, r := range result.Resources {
		r.Inputs, _ = readable(r.Inputs).(map[string]any)
		shown.Resources = append(shown.Resources, r)
	}
	if err := e.Encode(shown); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update to write it", err)
	}
	if !bytes.Equal(want, b.Bytes()) {
		t.Errorf("%s is not what was registered; run the test with -update and read the difference.\ngot:\n%s", path, b.String())
	}
}

// readable replaces texts that are JSON objects by their values, and assets by
// their texts. Texts of several lines are lists of lines.
func readable(v any) any {
	switch v := v.(type) {
	case *asset.Asset:
		return map[string]any{"(asset)": readable(v.Text)}
	case map[string]any:
		m := map[string]any{}
		for k, value := range v {
			m[k] = readable(value)
		}
		return m
	case []any:
		var l []any
		for _, value := range v {
			l = append(l, readable(value))
		}
		return l
	case string:
		if len(v) > 0 && v[0] == '{' && json.Valid([]byte(v)) {
			return map[string]any{"(JSON)": json.RawMessage(v)}
		}
		if lines := strings.Split(v, "\n"); len(lines) > 2 {
			return lines
		}
		return v
	default:
		return v
	}
}
