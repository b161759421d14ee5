package source_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const flights = "src/raw/flights/"

func beamFiles(more map[string]string) map[string]string {
	all := map[string]string{
		"requirements.txt":           "tabulate==0.9.0\n",
		flights + "pipeline.yaml":    "kind: dataflow\n",
		flights + "requirements.txt": "-r more.txt\nidna==3.10\n",
		flights + "more.txt":         "six==1.17.0\n",
		flights + "metadata.json":    "{}",
		flights + "Pulumi.dev.yaml":  "config: {}\n",
		flights + "delays/parse.py":  "def parse(): ...\n",
		flights + ".gitignore":       "*.log\n",
		flights + "run.log":          "secret",
	}
	maps.Copy(all, more)
	return all
}

// flightsOf is the source of a Dataflow pipeline's image. The repo is loaded before
// its files are there: what they mean is the business of others.
func flightsOf(t *testing.T, kind source.Kind, files map[string]string) source.Source {
	t.Helper()
	repo := componenttest.Repo(t, map[string]string{"src/README.md": ""})
	for name, content := range files {
		file := filepath.Join(repo.Root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	settings, err := source.Beam{}.Settings(kind)
	require.NoError(t, err)
	return source.Source{Repo: repo, Kind: kind, Settings: settings, Pipeline: &configrepo.Pipeline{
		Layer: "raw", Name: "flights", Dir: filepath.Join(repo.Root, filepath.FromSlash(flights)),
	}}
}

func namesOf(files []source.File) (names []string) {
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

// The image has the code; what is installed and what goes to Google by itself is
// not in it.
func TestPipelineFiles(t *testing.T) {
	with := beamFiles(map[string]string{flights + "main.py": "print()\n", flights + "config.json": "{}"})
	s := flightsOf(t, source.KindFlexTemplate, with)
	path, err := s.ContextPath()
	require.NoError(t, err)
	assert.Equal(t, "src/raw/flights", path)
	assert.Equal(t, "pipeline raw/flights", s.Owner())
	got := snapshot(t, s)
	assert.Equal(t, "main.py", got.Main)
	assert.Equal(t, []string{"config.json", "delays/parse.py", "main.py"}, namesOf(got.Files), "a main.py may read what lies beside it")
	assert.Equal(t, []string{"requirements.txt", flights + "requirements.txt"}, got.Requirements.Roots)

	yaml := snapshot(t, flightsOf(t, source.KindFlexTemplate, beamFiles(map[string]string{flights + "pipeline.beam.yaml": "pipeline: {}\n"})))
	assert.Equal(t, source.YAMLMain, yaml.Main)
	assert.Equal(t, []string{"delays/parse.py", source.YAMLMain}, namesOf(yaml.Files))
	config := snapshot(t, flightsOf(t, source.KindFlexTemplate, beamFiles(map[string]string{flights + "config.json": "{}", flights + "orders.sql": "SELECT 1"})))
	assert.Equal(t, []string{source.YAMLMain}, namesOf(config.Files), "what the pipeline does is no part of the image")
}

// Each change shows in exactly the hashes that it concerns.
func TestPipelineHashes(t *testing.T) {
	with := beamFiles(map[string]string{flights + "main.py": "print()\n"})
	first := snapshot(t, flightsOf(t, source.KindFlexTemplate, with)).Hashes()
	for file, want := range map[string]struct{ code, requirements bool }{
		"main.py":          {code: true},
		"delays/parse.py":  {code: true},
		"pyproject.toml":   {code: true},
		"requirements.txt": {requirements: true},
		"more.txt":         {requirements: true},
		"pipeline.yaml":    {},
		"metadata.json":    {},
		"Pulumi.dev.yaml":  {},
		"run.log":          {},
	} {
		changed := maps.Clone(with)
		changed[flights+file] += "# changed\n"
		got := snapshot(t, flightsOf(t, source.KindFlexTemplate, changed)).Hashes()
		assert.Equal(t, want.code, got.Code != first.Code, file)
		assert.Equal(t, want.requirements, got.Requirements != first.Requirements, file)
	}
}

func TestPipelineRefusals(t *testing.T) {
	for file, want := range map[string]string{
		source.YAMLMain: "a file of the pipeline has the name of a file that dorc puts there",
		"Dockerfile":    "built without a Dockerfile",
	} {
		_, err := flightsOf(t, source.KindFlexTemplate, beamFiles(map[string]string{flights + file: "x\n"})).Snapshot()
		require.ErrorContains(t, err, want)
	}
	own := beamFiles(map[string]string{flights + "main.py": "", flights + source.YAMLMain: ""})
	assert.True(t, slices.Contains(namesOf(snapshot(t, flightsOf(t, source.KindFlexTemplate, own)).Files), source.YAMLMain))

	s := flightsOf(t, source.KindBeamWorker, beamFiles(map[string]string{flights + "main.py": "", "shared/main.py": ""}))
	s.Settings.SharedCode = "shared"
	_, err := s.Snapshot()
	require.ErrorContains(t, err, "shared code and a pipeline have a file of the same name")
}

func TestBeamSettings(t *testing.T) {
	const digest = "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	for name, test := range map[string]struct {
		beam           source.Beam
		base, sdk, py  string
		version, wrong string
	}{
		"nothing": {
			base: "gcr.io/dataflow-templates-base/python312-template-launcher-base", sdk: "apache/beam_python3.12_sdk:2.77.0",
			py: "3.12", version: "2.77.0",
		},
		"python": {
			beam: source.Beam{Python: "3.11"}, base: "gcr.io/dataflow-templates-base/python311-template-launcher-base",
			sdk: "apache/beam_python3.11_sdk:2.77.0", py: "3.11", version: "2.77.0",
		},
		"sdk": {
			beam: source.Beam{SDK: "mirror.example.org:5000/apache/beam_python3.13_sdk:2.70.1" + digest},
			base: "gcr.io/dataflow-templates-base/python313-template-launcher-base",
			sdk:  "mirror.example.org:5000/apache/beam_python3.13_sdk:2.70.1" + digest, py: "3.13", version: "2.70.1",
		},
		"own images": {
			beam: source.Beam{Launcher: "example.org/launcher:1", SDK: "example.org/sdk:2.70.0"},
			base: "example.org/launcher:1", sdk: "example.org/sdk:2.70.0", py: "3.12", version: "",
		},
		"two versions": {
			beam:  source.Beam{Launcher: "gcr.io/dataflow-templates-base/python311-template-launcher-base", SDK: "apache/beam_python3.12_sdk:2.77.0"},
			wrong: "two versions of Python",
		},
		"python_version": {beam: source.Beam{SDK: "apache/beam_python3.12_sdk:2.77.0", Python: "3.11"}, wrong: "two versions of Python"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.beam.Settings(source.KindFlexTemplate)
			if test.wrong != "" {
				require.ErrorContains(t, err, test.wrong)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, source.Settings{Builder: source.Standard, Base: test.base, SDK: test.sdk, Python: test.py}, got)
			assert.Equal(t, test.version, source.BeamVersion(got.SDK))
			worker, err := test.beam.Settings(source.KindBeamWorker)
			require.NoError(t, err)
			assert.Equal(t, test.sdk, worker.Base)
		})
	}
}
