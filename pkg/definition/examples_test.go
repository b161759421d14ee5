package definition

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExamples holds that every pipeline.yaml that dorc ships is sound, for
// Parse and for the JSON Schema.
func TestExamples(t *testing.T) {
	const examples = "../../examples"
	if _, err := os.Stat(examples); err != nil {
		t.Skip("this copy of dorc has no examples")
	}
	compiled, err := jsonschema.NewCompiler().Compile(schemaPath)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(examples, func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "pipeline.yaml" {
			return err
		}
		t.Run(file, func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			_, _, problems := Parse(file, data)
			assert.Empty(t, problems)
			asJSON, err := yaml.YAMLToJSON(data)
			require.NoError(t, err)
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
			require.NoError(t, err)
			assert.NoError(t, compiled.Validate(value))
		})
		return nil
	}))
}
