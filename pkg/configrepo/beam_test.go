package configrepo_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/definition"
)

func TestLoadOtherKinds(t *testing.T) {
	repo, root := load(t, `
-- src/raw/code/main.py --
-- src/raw/code/metadata.json --
-- src/raw/code/requirements.txt --
-- src/raw/code/lib/helper.py --
-- src/raw/beam/pipeline.beam.yaml --
-- src/raw/config/config.json --
-- src/raw/config/pipeline.yaml --
workers: 2
-- src/raw/flow/workflow.yaml --
-- src/raw/flow/config.json --
-- src/raw/nothing/helper.py --
-- src/raw/tools/pipeline.yaml --
kind: functions
-- src/raw/tools/main.py --
-- src/raw/tools/clean/lambda.py --
-- src/raw/program/pipeline.yaml --
kind: dataflow
-- src/raw/program/main.go --
`)
	at := func(p string) string { return filepath.Join(root, filepath.FromSlash(p)) }
	kinds := map[string]definition.Kind{}
	for _, p := range repo.Pipelines {
		kinds[p.Name] = p.Definition.Kind
	}
	assert.Equal(t, map[string]definition.Kind{
		"code": definition.KindDataflow, "beam": definition.KindDataflow, "config": definition.KindDataflow,
		"flow": definition.KindWorkflow, "tools": definition.KindFunctions, "program": definition.KindDataflow,
	}, kinds)
	find := func(name string) *configrepo.Pipeline {
		p, err := repo.Pipeline("raw", name)
		require.NoError(t, err)
		return p
	}
	assert.Equal(t, &configrepo.BeamFiles{Main: at("src/raw/code/main.py"), Metadata: at("src/raw/code/metadata.json")}, find("code").Beam)
	assert.Equal(t, at("src/raw/code/requirements.txt"), find("code").Requirements)
	assert.Equal(t, definition.DefaultMachineType, find("code").Definition.MachineType)
	assert.Equal(t, &configrepo.BeamFiles{YAML: at("src/raw/beam/pipeline.beam.yaml")}, find("beam").Beam)
	assert.Equal(t, &configrepo.BeamFiles{Config: at("src/raw/config/config.json")}, find("config").Beam)
	assert.Equal(t, 2, find("config").Definition.Workers)
	assert.Equal(t, at("src/raw/flow/workflow.yaml"), find("flow").Workflow)
	assert.Nil(t, find("flow").Beam)
	assert.Nil(t, find("tools").Beam)
	assert.Nil(t, find("program").Beam)
}
