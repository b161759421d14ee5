package image_test

import (
	"maps"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/image"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const (
	pythonName = "python:3.11-slim"
	site311    = "usr/local/lib/python3.11/site-packages/"
)

// in311 are the files of a package in the base image of dbt projects.
func in311(files map[string]string) map[string]string {
	all := map[string]string{}
	for name, content := range files {
		all[strings.Replace(name, "python3.12", "python3.11", 1)] = content
	}
	return all
}

func newDbt(t *testing.T) *dataflow {
	return &dataflow{
		registry: images{pythonName: linuxImage(t, v1.Config{Cmd: []string{"python3"}, Env: []string{"PATH=/usr/local/bin:/usr/bin", "PYTHON_VERSION=3.11.9"}},
			in311(together(map[string]string{"usr/local/bin/python3.11": "python"}, installed("setuptools", "65.0", "setuptools/__init__.py"))))},
		packages: in311(together(installed("dbt-core", "1.10.23", "dbt/__init__.py"), installed("setuptools", "80.0", "setuptools/__init__.py"))),
	}
}

var dbtRepo = map[string]string{
	"src/README.md":                 "",
	"dbt/weather/dbt_project.yml":   "name: weather\nprofile: weather\n",
	"dbt/weather/models/stg.sql":    "select 1 as x\n",
	"dbt/flights/dbt_project.yml":   "name: flights\nprofile: flights\n",
	"dbt/flights/models/delays.sql": "select 1 as x\n",
	"dbt/requirements.lock":         "dbt-core==1.10.23\ndbt-bigquery==1.10.3\n",
}

// dbtSnapshot reads a dbt project of a repo.
func dbtSnapshot(t *testing.T, name string, files map[string]string) *source.Snapshot {
	t.Helper()
	repo := componenttest.Repo(t, files)
	project, ok := repo.Dbt(name)
	require.True(t, ok)
	settings, err := source.DbtSettings(config.Universal{})
	require.NoError(t, err)
	got, err := source.Source{Repo: repo, Kind: source.KindDbt, Dbt: project, Settings: settings}.Snapshot()
	require.NoError(t, err)
	return got
}

// The base, the packages without those of another version that it has, the project.
func TestDbtImage(t *testing.T) {
	d := newDbt(t)
	made := mustBuild(t, d, dbtSnapshot(t, "weather", dbtRepo))
	layers := layersOf(t, made)
	require.Len(t, layers, 3)
	assert.Contains(t, layers[1], site311+"dbt/__init__.py")
	assert.Contains(t, layers[1], site311+".wh.setuptools-65.0.dist-info")
	assert.Equal(t, []string{"dbt/profiles/profiles.yml", "dbt/weather/dbt_project.yml", "dbt/weather/models/stg.sql"}, layers[2])

	got := configOf(t, made)
	assert.Equal(t, []string{"dbt"}, got.Entrypoint)
	assert.Empty(t, got.Cmd)
	assert.Equal(t, "/dbt/weather", got.WorkingDir)
	assert.Equal(t, "65532:65532", got.User)
	assert.Equal(t, []string{
		"PATH=/usr/local/bin:/usr/bin", "PYTHON_VERSION=3.11.9", "DBT_PROJECT_DIR=/dbt/weather", "DBT_PROFILES_DIR=/dbt/profiles",
		"DBT_TARGET_PATH=/tmp/dbt/target", "DBT_LOG_PATH=/tmp/dbt/logs", "DBT_SEND_ANONYMOUS_USAGE_STATS=false", "HOME=/tmp", "PYTHONUNBUFFERED=1",
	}, got.Env)
	for label, want := range map[string]string{
		image.KindLabel: "dbt", image.CodeLabel: "/dbt", image.DbtLabel: "1.10.23", image.PythonLabel: "3.11",
		image.SitePackagesLabel: strings.TrimSuffix("/"+site311, "/"), image.BaseNameLabel: pythonName, image.BaseDigestLabel: digest(t, d.registry[pythonName]),
		"org.opencontainers.image.title": "dbt-weather", image.MainLabel: "", image.SDKNameLabel: "",
	} {
		assert.Equal(t, want, got.Labels[label], label)
	}
}

// Projects of one lock file share the packages. The digest is the same on two
// machines, and a change makes one layer anew.
func TestDbtLayers(t *testing.T) {
	digests := func(d *dataflow, name string, files map[string]string) (all []string) {
		layers, err := mustBuild(t, d, dbtSnapshot(t, name, files)).Layers()
		require.NoError(t, err)
		for _, l := range layers {
			hash, err := l.Digest()
			require.NoError(t, err)
			all = append(all, hash.Hex)
		}
		return all
	}
	d := newDbt(t)
	first := digests(d, "weather", dbtRepo)
	assert.Equal(t, first, digests(&dataflow{registry: d.registry, packages: d.packages}, "weather", dbtRepo))
	other := digests(d, "flights", dbtRepo)
	assert.Equal(t, first[:2], other[:2])
	assert.NotEqual(t, first[2], other[2])
	for file, changed := range map[string][]bool{
		"dbt/weather/models/stg.sql":    {false, false, true},
		"dbt/requirements.lock":         {false, true, false},
		"dbt/flights/models/delays.sql": {false, false, false},
	} {
		files := maps.Clone(dbtRepo)
		files[file] += "# changed\n"
		got := digests(d, "weather", files)
		for i := range got {
			assert.Equal(t, changed[i], got[i] != first[i], "%s, layer %d", file, i)
		}
	}
}

// A thin image asks no registry for anything.
func TestThinDbt(t *testing.T) {
	d := newDbt(t)
	d.thin, d.registry = true, nil
	layers := layersOf(t, mustBuild(t, d, dbtSnapshot(t, "weather", dbtRepo)))
	require.Len(t, layers, 2)
	assert.Contains(t, layers[0], site311+"dbt/__init__.py")
}

// The provider takes what a component registers, finds the project by its folder,
// and refuses what is no dbt project's.
func TestDbtProvider(t *testing.T) {
	const repository = "exampledorc-data/exampledorc/dbt-weather"
	d := newDbt(t)
	s := dbtSnapshot(t, "weather", dbtRepo)
	h := s.Hashes()
	inputs := resource.NewPropertyMapFromMap(map[string]any{
		"repositoryUrl": host + repository, "environment": "prod", "kind": "dbt", "contextPath": "dbt/weather", "builder": "standard", "base": pythonName,
		"codeHash": h.Code, "requirementsHash": h.Requirements,
	})
	pusher, l := newPusher(t, repository)
	checked, failed := failuresOf(t, beamProvider(t, d, s, pusher), inputs)
	require.Empty(t, failed)
	assert.Equal(t, digest(t, d.registry[pythonName]), checked["baseDigest"].StringValue())
	created := createImage(t, beamProvider(t, d, s, pusher), checked)
	assert.Equal(t, host+repository+"@"+created.Properties["digest"].StringValue(), created.Properties["imageUri"].StringValue())
	assert.DirExists(t, l.Images(repository))

	wrong := maps.Clone(inputs)
	delete(wrong, "base")
	wrong["main"], wrong["sdk"], wrong["handler"] = resource.NewProperty("x"), resource.NewProperty("x"), resource.NewProperty("x")
	_, failed = failuresOf(t, beamProvider(t, d, s, pusher), wrong)
	assert.Equal(t, []resource.PropertyKey{"base", "handler", "main", "sdk"}, failed)

	checked["environment"], checked["contextPath"] = resource.NewProperty("other"), resource.NewProperty("dbt/gone")
	_, err := beamProvider(t, d, s, pusher).Create(ctx, plugin.CreateRequest{Type: imageresource.Type, Properties: checked})
	wantProblem(t, err, "the dbt project has gone while dorc was applying")
}
