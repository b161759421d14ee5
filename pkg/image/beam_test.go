package image_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/component/componenttest"
	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/image"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

const (
	launcherName = "gcr.io/dataflow-templates-base/python312-template-launcher-base"
	sdkName      = "apache/beam_python3.12_sdk:2.77.0"
	site         = "usr/local/lib/python3.12/site-packages/"
)

// installed are the files of a Python package as an installer leaves them.
func installed(name, version string, more ...string) map[string]string {
	info := strings.ReplaceAll(name, "-", "_") + "-" + version + ".dist-info/"
	all := map[string]string{
		site + info + "METADATA": "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n\nVersion: of the text\n",
	}
	record := info + "METADATA,,\n" + info + "RECORD,,\n"
	for _, file := range more {
		all[path.Join(site, file)] = "# " + name + " " + version + "\n"
		record += file + ",,\n"
	}
	all[site+info+"RECORD"] = record
	return all
}

func together(all ...map[string]string) map[string]string {
	files := map[string]string{}
	for _, some := range all {
		for name, content := range some {
			files[name] = content
		}
	}
	return files
}

// linuxImage is an image with one layer. What has "boot" or "bin" in its path may
// be executed; content that begins with "-> " is a link.
func linuxImage(t *testing.T, config v1.Config, files map[string]string) v1.Image {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, content := range files {
		header := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}
		if strings.Contains(name, "boot") || strings.Contains(name, "bin/") {
			header.Mode = 0o755
		}
		if to, ok := strings.CutPrefix(content, "-> "); ok {
			header = &tar.Header{Name: name, Typeflag: tar.TypeSymlink, Linkname: to}
			content = ""
		}
		require.NoError(t, w.WriteHeader(header))
		_, err := io.WriteString(w, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	require.NoError(t, err)
	made, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64", RootFS: v1.RootFS{Type: "layers"}, Config: config})
	require.NoError(t, err)
	made, err = mutate.Append(made, mutate.Addendum{Layer: l, History: v1.History{CreatedBy: "ADD"}})
	require.NoError(t, err)
	return made
}

// launcherFiles and sdkFiles are what Google's and Beam's images have.
func launcherFiles() map[string]string {
	return together(map[string]string{
		"opt/google/dataflow/python_template_launcher": "launcher", "usr/local/bin/python3.12": "python",
	}, installed("pip", "24.0", "pip/__init__.py"), installed("six", "1.16.0", "six.py", "old_six.py", "../../../bin/six"))
}

func sdkFiles() map[string]string {
	return together(map[string]string{
		"opt/apache/beam/boot": "boot", "opt/apache/beam/LICENSE": "licence", "opt/apache/beam/latest": "-> boot", "usr/local/bin/python3.12": "python",
	}, installed("apache-beam", "2.77.0", "apache_beam/__init__.py"), installed("six", "1.17.0", "six.py"))
}

// images is a registry by name.
type images map[string]v1.Image

func (i images) Resolve(_ context.Context, reference string) (string, error) {
	d, err := i[reference].Digest()
	return d.String(), err
}

func (i images) Image(_ context.Context, reference string) (v1.Image, error) {
	_, wanted, _ := strings.Cut(reference, "@")
	for _, known := range i {
		if d, err := known.Digest(); err == nil && d.String() == wanted {
			return known, nil
		}
	}
	return nil, fmt.Errorf("there is no %s", reference)
}

// dataflow are images as they are, and tools that build on them.
type dataflow struct {
	registry images
	// packages are what is installed for any requirements.
	packages map[string]string
	thin     bool
	asked    image.Request
}

func newDataflow(t *testing.T) *dataflow {
	return &dataflow{
		registry: images{
			launcherName: linuxImage(t, v1.Config{Entrypoint: []string{"/opt/google/dataflow/python_template_launcher"}, Env: []string{"PYTHONPATH=/opt/lib"}}, launcherFiles()),
			sdkName:      linuxImage(t, v1.Config{Entrypoint: []string{"/opt/apache/beam/boot"}, WorkingDir: "/home"}, sdkFiles()),
		},
		packages: together(installed("apache-beam", "2.77.0", "apache_beam/__init__.py"), installed("six", "1.17.0", "six.py"), installed("idna", "3.10", "idna.py")),
	}
}

func (d *dataflow) maker(t *testing.T) *image.Maker {
	t.Helper()
	install := func(_ context.Context, r image.Request) (all []layer.Entry, err error) {
		d.asked = r
		requirements, err := r.Snapshot.Requirements.Contents()
		if err != nil {
			return nil, err
		}
		files := together(d.packages, map[string]string{site + "requirements": fmt.Sprint(requirements)})
		for name, content := range files {
			all = append(all, layer.Entry{
				Name: path.Clean(name), Size: int64(len(content)), Hash: sha256.Sum256([]byte(content)),
				CopyTo: func(w io.Writer) error { _, err := io.WriteString(w, content); return err },
			})
		}
		return all, nil
	}
	finder := &base.Finder{Registry: d.registry}
	contents := &base.Reader{Finder: finder, Cache: t.TempDir()}
	builder := image.NewStandard(&layer.Cache{Dir: t.TempDir()}, install, finder, contents)
	if d.thin {
		builder = image.NewStandard(&layer.Cache{Dir: t.TempDir()}, install, nil, nil)
	}
	return &image.Maker{Bases: finder, Contents: contents, Thin: d.thin, Builders: map[source.Builder]image.Builder{source.Standard: builder}}
}

var beamFolder = map[string]string{
	"src/raw/flights/main.py":          "print('flights')\n",
	"src/raw/flights/delays/parse.py":  "def parse(): ...\n",
	"src/raw/flights/requirements.txt": "idna==3.10\n",
}

// beamSnapshot reads the pipeline raw/flights with these files.
func beamSnapshot(t *testing.T, kind source.Kind, files map[string]string) *source.Snapshot {
	t.Helper()
	repo := componenttest.Repo(t, map[string]string{"src/README.md": ""})
	for name, content := range files {
		file := filepath.Join(repo.Root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	}
	settings, err := source.Beam{Launcher: launcherName, SDK: sdkName}.Settings(kind)
	require.NoError(t, err)
	repo.Pipelines = []*configrepo.Pipeline{{Layer: "raw", Name: "flights", Dir: filepath.Join(repo.Root, "src", "raw", "flights")}}
	got, err := source.Source{Repo: repo, Pipeline: repo.Pipelines[0], Kind: kind, Settings: settings}.Snapshot()
	require.NoError(t, err)
	return got
}

func (d *dataflow) build(t *testing.T, s *source.Snapshot) (v1.Image, error) {
	t.Helper()
	maker := d.maker(t)
	inputs, err := maker.InputsOf(t.Context(), s)
	require.NoError(t, err)
	made, done, err := maker.Make(t.Context(), s, inputs, func(string) {})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { assert.NoError(t, done()) })
	require.NoError(t, validate.Image(made))
	return made, nil
}

func mustBuild(t *testing.T, d *dataflow, s *source.Snapshot) v1.Image {
	t.Helper()
	made, err := d.build(t, s)
	require.NoError(t, err)
	return made
}

// layersOf are the names of the files of each layer.
func layersOf(t *testing.T, made v1.Image) (all [][]string) {
	t.Helper()
	layers, err := made.Layers()
	require.NoError(t, err)
	for _, l := range layers {
		var names []string
		for _, e := range entries(t, l) {
			names = append(names, e.Name)
		}
		slices.Sort(names)
		all = append(all, names)
	}
	return all
}

func configOf(t *testing.T, made v1.Image) v1.Config {
	t.Helper()
	file, err := made.ConfigFile()
	require.NoError(t, err)
	return file.Config
}

// One image launches the pipeline and runs its workers: the launcher's layers, the
// worker's of the SDK image, packages, code.
func TestFlexTemplate(t *testing.T) {
	d := newDataflow(t)
	made := mustBuild(t, d, beamSnapshot(t, source.KindFlexTemplate, beamFolder))
	layers := layersOf(t, made)
	require.Len(t, layers, 4)
	assert.Equal(t, []string{"opt/apache/beam/LICENSE", "opt/apache/beam/boot", "opt/apache/beam/latest"}, layers[1])
	assert.Equal(t, []string{
		"usr/local/bin/.wh.six",
		site + ".wh.old_six.py", site + ".wh.six-1.16.0.dist-info",
		site + "apache_beam-2.77.0.dist-info/METADATA", site + "apache_beam-2.77.0.dist-info/RECORD", site + "apache_beam/__init__.py",
		site + "idna-3.10.dist-info/METADATA", site + "idna-3.10.dist-info/RECORD", site + "idna.py", site + "requirements",
		site + "six-1.17.0.dist-info/METADATA", site + "six-1.17.0.dist-info/RECORD", site + "six.py",
	}, layers[2], "what the launcher image has of another version is taken away")
	assert.Equal(t, []string{"template/delays/parse.py", "template/main.py"}, layers[3])
	all, err := made.Layers()
	require.NoError(t, err)
	assert.Equal(t, []entry{
		{"opt/apache/beam/LICENSE", 0o644, "licence"}, {"opt/apache/beam/boot", 0o755, "boot"}, {"opt/apache/beam/latest", 0o777, ""},
	}, entries(t, all[1]))
	assert.Equal(t, "2.77.0", d.asked.Beam)

	got := configOf(t, made)
	assert.Equal(t, []string{"/opt/apache/beam/boot"}, got.Entrypoint)
	assert.Empty(t, got.Cmd)
	assert.Equal(t, "/template", got.WorkingDir)
	assert.Equal(t, []string{"PYTHONPATH=/template:/opt/lib", "FLEX_TEMPLATE_PYTHON_PY_FILE=/template/main.py"}, got.Env)
	for label, want := range map[string]string{
		image.KindLabel: "flex-template", image.CodeLabel: "/template", image.MainLabel: "/template/main.py", image.PythonLabel: "3.12",
		image.SitePackagesLabel: strings.TrimSuffix("/"+site, "/"), image.BaseNameLabel: launcherName, image.SDKNameLabel: sdkName,
		image.SDKDigestLabel: digest(t, d.registry[sdkName]), image.BaseDigestLabel: digest(t, d.registry[launcherName]),
		"org.opencontainers.image.title": "raw-flights",
	} {
		assert.Equal(t, want, got.Labels[label], label)
	}
}

// Beam YAML has dorc's own main program, and Beam's packages for YAML.
func TestYAMLTemplate(t *testing.T) {
	d := newDataflow(t)
	made := mustBuild(t, d, beamSnapshot(t, source.KindFlexTemplate, map[string]string{"src/raw/flights/pipeline.beam.yaml": "pipeline: {}\n"}))
	layers := layersOf(t, made)
	assert.Equal(t, []string{"template/dorc_yaml_main.py"}, layers[len(layers)-1])
	assert.Contains(t, configOf(t, made).Env, "FLEX_TEMPLATE_PYTHON_PY_FILE=/template/dorc_yaml_main.py")
}

// A worker's image is the SDK image, with what it does not have.
func TestWorker(t *testing.T) {
	d := newDataflow(t)
	made := mustBuild(t, d, beamSnapshot(t, source.KindBeamWorker, beamFolder))
	layers := layersOf(t, made)
	require.Len(t, layers, 3)
	assert.Equal(t, []string{site + "idna-3.10.dist-info/METADATA", site + "idna-3.10.dist-info/RECORD", site + "idna.py", site + "requirements"},
		layers[1], "Beam is not installed again")
	assert.Equal(t, []string{"template/delays/parse.py", "template/main.py"}, layers[2])
	got := configOf(t, made)
	assert.Equal(t, []string{"PYTHONPATH=/template"}, got.Env)
	assert.Equal(t, []string{"/opt/apache/beam/boot"}, got.Entrypoint)
	assert.Equal(t, "beam-worker", got.Labels[image.KindLabel])
}

// Thin images have neither base nor worker; nothing is asked of a registry.
func TestThinTemplate(t *testing.T) {
	d := newDataflow(t)
	d.thin, d.registry = true, nil
	made := mustBuild(t, d, beamSnapshot(t, source.KindFlexTemplate, beamFolder))
	layers := layersOf(t, made)
	require.Len(t, layers, 2)
	assert.Contains(t, layers[0], site+"six.py")
	assert.Equal(t, []string{"template/delays/parse.py", "template/main.py"}, layers[1])
	assert.Equal(t, "/template/main.py", configOf(t, made).Labels[image.MainLabel])
}

// The digest is the same on two machines; a change makes one layer anew.
func TestTemplateLayers(t *testing.T) {
	digests := func(d *dataflow, files map[string]string) (all []string) {
		layers, err := mustBuild(t, d, beamSnapshot(t, source.KindFlexTemplate, files)).Layers()
		require.NoError(t, err)
		for _, l := range layers {
			hash, err := l.Digest()
			require.NoError(t, err)
			all = append(all, hash.Hex[:8])
		}
		return all
	}
	d := newDataflow(t)
	first := digests(d, beamFolder)
	assert.Equal(t, first, digests(&dataflow{registry: d.registry, packages: d.packages}, beamFolder))
	for file, changed := range map[string][]bool{
		"main.py":            {false, false, false, true},
		"requirements.txt":   {false, false, true, false},
		"pipeline.yaml":      {false, false, false, false},
		"pipeline.beam.yaml": {false, false, false, false},
	} {
		got := digests(d, together(beamFolder, map[string]string{"src/raw/flights/" + file: "# " + file + "\n"}))
		var differ []bool
		for i := range got {
			differ = append(differ, got[i] != first[i])
		}
		assert.Equal(t, changed, differ, file)
	}
}

// Images that do not go together are refused before anything is packed.
func TestTemplateRefusals(t *testing.T) {
	without := func(files map[string]string, names ...string) map[string]string {
		for _, name := range names {
			delete(files, name)
		}
		return files
	}
	for name, test := range map[string]struct {
		launcher, sdk map[string]string
		want          string
	}{
		"no Beam":         {sdk: map[string]string{"usr/local/bin/python3.12": ""}, want: "the SDK image has no Beam"},
		"another Beam":    {sdk: together(without(sdkFiles(), site+"apache_beam-2.77.0.dist-info/METADATA"), installed("apache-beam", "2.70.0")), want: "its name says 2.77.0, and it has 2.70.0"},
		"launcher's Beam": {launcher: together(launcherFiles(), installed("apache-beam", "2.70.0")), want: "it has 2.70.0, and the SDK image " + sdkName + " has 2.77.0"},
		"no launcher":     {launcher: without(launcherFiles(), "opt/google/dataflow/python_template_launcher"), want: "no launcher"},
		"no boot":         {sdk: without(sdkFiles(), "opt/apache/beam/boot"), want: "cannot start a worker"},
		"no Python":       {launcher: without(launcherFiles(), "usr/local/bin/python3.12"), want: "Python is not where"},
		"a link":          {sdk: together(without(sdkFiles(), "opt/apache/beam/boot", "opt/apache/beam/LICENSE", "opt/apache/beam/latest"), map[string]string{"opt/apache": "-> /srv"}), want: "not a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDataflow(t)
			if test.launcher != nil {
				d.registry[launcherName] = linuxImage(t, v1.Config{}, test.launcher)
			}
			if test.sdk != nil {
				d.registry[sdkName] = linuxImage(t, v1.Config{}, test.sdk)
			}
			_, err := d.build(t, beamSnapshot(t, source.KindFlexTemplate, beamFolder))
			wantProblem(t, err, test.want)
		})
	}
}

// A tag that says no version: the image does.
func TestBeamOfTheImage(t *testing.T) {
	const own = "example.org/team/sdk:stable"
	d := newDataflow(t)
	d.registry[own] = linuxImage(t, v1.Config{Env: []string{"PYTHON_VERSION=3.12.4"}}, sdkFiles())
	s := beamSnapshot(t, source.KindFlexTemplate, beamFolder)
	s.Settings.SDK = own
	mustBuild(t, d, s)
	assert.Equal(t, "2.77.0", d.asked.Beam)
}
