package images

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The names of the stand-ins of Google's launcher image and of Beam's SDK image.
const (
	launcher = "dataflow-templates-base/python312-template-launcher-base:1"
	sdk      = "apache/beam_python3.12_sdk:2.77.0"
	googleAR = "europe-west2-docker.pkg.dev"
	packages = "usr/local/lib/python3.12/site-packages/"
)

// standIn is an image with these files.
func standIn(t *testing.T, entry string, files map[string]string) v1.Image {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: file, Mode: 0o755, Size: int64(len(files[file]))}))
		_, err := io.WriteString(w, files[file])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }, tarball.WithMediaType(types.OCILayer))
	require.NoError(t, err)
	image, err := mutate.ConfigFile(mutate.MediaType(empty.Image, types.OCIManifestSchema1), &v1.ConfigFile{
		OS: "linux", Architecture: "amd64", Config: v1.Config{Entrypoint: []string{entry}, Env: []string{"PATH=/usr/local/bin:/usr/bin", "PYTHON_VERSION=3.12.4"}},
	})
	require.NoError(t, err)
	image, err = mutate.AppendLayers(image, l)
	require.NoError(t, err)
	return image
}

// installed is a package as pip leaves it.
func installed(project, version string) map[string]string {
	info := project + "-" + version + ".dist-info/"
	return map[string]string{
		packages + project + ".py":   "# in the image\n",
		packages + info + "METADATA": "Metadata-Version: 2.1\nName: " + project + "\nVersion: " + version + "\n",
		packages + info + "RECORD":   project + ".py,,\n" + info + "METADATA,,\n" + info + "RECORD,,\n",
	}
}

func together(all ...map[string]string) map[string]string {
	files := map[string]string{}
	for _, some := range all {
		maps.Copy(files, some)
	}
	return files
}

// putStandIns puts the stand-ins into a registry.
func putStandIns(t *testing.T, host string) {
	t.Helper()
	python := map[string]string{"usr/local/bin/python3.12": "ELF"}
	for reference, image := range map[string]v1.Image{
		launcher: standIn(t, "/opt/google/dataflow/python_template_launcher",
			together(python, map[string]string{"opt/google/dataflow/python_template_launcher": "ELF"}, installed("good", "0.9"))),
		sdk: standIn(t, "/opt/apache/beam/boot",
			together(python, map[string]string{"opt/apache/beam/boot": "ELF", "opt/apache/beam/LICENSE": "ASF"}, installed("apache_beam", "2.77.0"))),
	} {
		parsed, err := name.ParseReference(host + "/" + reference)
		require.NoError(t, err)
		require.NoError(t, remote.Write(parsed, image))
	}
}

// beamIndex has a package that calls itself Beam.
func beamIndex(t *testing.T) *index {
	t.Helper()
	x := newIndex(t)
	x.wheelWith(t, "apache_beam", "2.77.0", any3, map[string]string{
		"apache_beam-2.77.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: apache-beam\nVersion: 2.77.0\nProvides-Extra: gcp\nProvides-Extra: yaml\nRequires-Dist: better; extra == \"yaml\"\n",
	})
	x.add("apache-beam", "apache_beam-2.77.0-"+any3+".whl", x.files["apache_beam"]["apache_beam-2.77.0-"+any3+".whl"])
	x.wheel(t, "good", "1.0", any3)
	x.wheel(t, "better", "1.0", any3)
	x.wheel(t, "best", "1.0", any3)
	return x
}

// newDataflow is a project with three Dataflow pipelines, on the local target: one
// of code, one of code whose workers have an image of their own, and one in Beam YAML.
func newDataflow(t *testing.T, host string) *project {
	t.Helper()
	p := newProject(t)
	p.env["PIP_INDEX_URL"] = beamIndex(t).address()
	p.withoutUV()
	p.write("repo/universal/Pulumi.universal.yaml", fmt.Sprintf(`config:
  project: shop
  aws: false
  gcp:
    project_id: shop-data-1
    region: europe-west2
    launcher_image: %s/%s
    sdk_image: %s/%s
`, host, launcher, host, sdk))
	p.write("repo/requirements.txt", "good==1.0\n")
	for _, pipeline := range []string{"flights", "delays"} {
		p.write("repo/src/raw/"+pipeline+"/main.py", "print('"+pipeline+"')\n")
		p.write("repo/src/raw/"+pipeline+"/pipeline.yaml", "kind: dataflow\n")
	}
	p.write("repo/src/raw/delays/pipeline.yaml", "kind: dataflow\nworker_image: separate\n")
	p.write("repo/src/raw/yaml/pipeline.beam.yaml",
		"pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: [1]}\n    - type: LogForTesting\n")
	p.succeeds("apply", "universal")
	return p
}

// onTheCloud makes the registry of the stand-ins Artifact Registry.
func (p *project) onTheCloud(host string) {
	p.t.Helper()
	p.replace(filepath.Join(".dorc", "state", ".pulumi", "stacks", "Pipelines", "universal.json"), googleAR, host)
	p.env["DORC_TARGET"] = "cloud"
}

// A dataflowImage is a line of dorc image --json.
type dataflowImage struct {
	Pipeline, Kind, Repository, Tag, Digest, Path string
	Pushed                                        bool
	Layers                                        int
}

func (p *project) images(args ...string) map[string]dataflowImage {
	p.t.Helper()
	found := map[string]dataflowImage{}
	for line := range strings.Lines(p.succeeds(append([]string{"image"}, append(args, "--json")...)...).stdout) {
		var i dataflowImage
		require.NoError(p.t, json.Unmarshal([]byte(line), &i))
		found[i.Pipeline+" "+i.Kind] = i
	}
	return found
}

var allDataflow = []string{"raw/delays beam-worker", "raw/delays flex-template", "raw/flights flex-template", "raw/yaml flex-template"}

// Images of Dataflow pipelines are pushed to a registry as Debian's is one, once.
func TestDataflowImagesOnDebiansRegistry(t *testing.T) {
	t.Parallel()
	host := debianRegistry(t)
	putStandIns(t, host)
	p := newDataflow(t, host)
	p.onTheCloud(host)
	pushed := p.images("push", "--env", "prod")
	require.Equal(t, allDataflow, slices.Sorted(maps.Keys(pushed)))
	for key, i := range pushed {
		assert.True(t, i.Pushed, key)
		again := p.images("ls", "--env", "prod")[key]
		assert.Equal(t, i.Digest, again.Digest, key)
	}
	for _, i := range p.images("push", "--env", "prod") {
		assert.False(t, i.Pushed)
	}
	flex := p.pulled(pushed["raw/flights flex-template"])
	assert.Equal(t, []string{"ELF", "ELF", "print('flights')\n", "version = '2.77.0'\n", "version = '1.0'\n"},
		contentsOf(t, flex, "opt/google/dataflow/python_template_launcher", "opt/apache/beam/boot", "template/main.py", packages+"apache_beam.py", packages+"good.py"))
	assert.Equal(t, []string{"", "Metadata-Version: 2.1\nName: good\nVersion: 1.0\n"},
		contentsOf(t, flex, packages+"good-0.9.dist-info/METADATA", packages+"good-1.0.dist-info/METADATA"), "the launcher image's version is gone")
	yaml := p.pulled(pushed["raw/yaml flex-template"])
	assert.Contains(t, contentsOf(t, yaml, "template/dorc_yaml_main.py")[0], "apache_beam.yaml")
	for _, image := range []v1.Image{flex, yaml} {
		assert.Equal(t, "version = '1.0'\n", contentsOf(t, image, packages+"better.py")[0], "what Beam YAML needs is in each, so that all share a layer")
	}
	worker := p.pulled(pushed["raw/delays beam-worker"])
	assert.Equal(t, []string{"# in the image\n", "print('delays')\n", "version = '1.0'\n"}, contentsOf(t, worker, packages+"apache_beam.py", "template/main.py", packages+"better.py"))
	file, err := worker.ConfigFile()
	require.NoError(t, err)
	assert.Equal(t, []string{"/opt/apache/beam/boot"}, file.Config.Entrypoint)
	assert.Contains(t, p.succeeds("image", "inspect", "flights", "--env", "prod").stdout, "FLEX_TEMPLATE_PYTHON_PY_FILE=/template/main.py")
}

// A change sends what is new and nothing else.
func TestDataflowChangesSendOneLayer(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	putStandIns(t, r.host())
	p := newDataflow(t, r.host())
	p.onTheCloud(r.host())
	p.images("push", "flights", "--env", "prod")
	for _, change := range []struct{ file, text string }{
		{"repo/src/raw/flights/main.py", "print('other')\n"},
		{"repo/src/raw/flights/requirements.txt", "best==1.0\n"},
	} {
		r.forget()
		p.write(change.file, change.text)
		assert.True(t, p.images("push", "flights", "--env", "prod")["raw/flights flex-template"].Pushed)
		assert.Len(t, r.writes("digest="), 2, "a layer and a configuration, for %s", change.file)
	}
	r.forget()
	p.write("repo/src/raw/flights/pipeline.yaml", "kind: dataflow\nmachine_type: e2-standard-4\n")
	assert.False(t, p.images("push", "flights", "--env", "prod")["raw/flights flex-template"].Pushed, "how it runs is no part of the image")
	assert.Empty(t, r.writes(""))

	// A push that is cut goes on where it was.
	p.write("repo/src/raw/flights/main.py", "print('third')\n")
	r.fails(1, upload, dropped)
	assert.True(t, p.images("push", "flights", "--env", "prod")["raw/flights flex-template"].Pushed)
}

// Another machine gives the same images, whichever tool it has.
func TestDataflowMachinesGiveOneDigest(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	putStandIns(t, r.host())
	build := func(withUV bool) map[string]dataflowImage {
		p := newDataflow(t, r.host())
		if withUV {
			p.withUV()
		}
		p.onTheCloud(r.host())
		all := p.images("build")
		for key, i := range all {
			i.Path = ""
			all[key] = i
		}
		return all
	}
	first := build(false)
	require.Equal(t, allDataflow, slices.Sorted(maps.Keys(first)))
	assert.Equal(t, first, build(true))
}

// On the local target images have no base, and nothing but packages is asked for.
func TestDataflowImagesOnTheLocalTarget(t *testing.T) {
	t.Parallel()
	p := newDataflow(t, "127.0.0.1:9")
	pushed := p.images("push", "--env", "prod")
	require.Equal(t, allDataflow, slices.Sorted(maps.Keys(pushed)))
	i := pushed["raw/flights flex-template"]
	assert.Equal(t, googleAR+"/shop-data-1/shop/raw-flights", i.Repository)
	assert.DirExists(t, p.path(".dorc/images/shop-data-1/shop/raw-flights"))
	text := p.succeeds("image", "inspect", "flights", "--env", "prod").stdout
	for _, label := range []string{"dev.dorc.kind=flex-template", "dev.dorc.code=/template", "dev.dorc.main=/template/main.py", "dev.dorc.site-packages=/" + strings.TrimSuffix(packages, "/")} {
		assert.Contains(t, text, label)
	}
	assert.Contains(t, p.succeeds("image", "ls", "--env", "prod").stdout, "raw/delays (workers)")
}

// The lock file has both images; what it says counts.
func TestDataflowLock(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	putStandIns(t, r.host())
	p := newDataflow(t, r.host())
	p.succeeds("image", "lock")
	lock := p.read("repo/base-images.lock")
	assert.Contains(t, lock, r.host()+"/"+launcher+": sha256:")
	assert.Contains(t, lock, r.host()+"/"+sdk+": sha256:")
	p.onTheCloud(r.host())
	first := p.images("build", "flights")
	parsed, err := name.ParseReference(r.host() + "/" + sdk)
	require.NoError(t, err)
	require.NoError(t, remote.Write(parsed, standIn(t, "/opt/apache/beam/boot", map[string]string{"usr/local/bin/python3.12": "", "opt/apache/beam/boot": "newer"})))
	assert.Equal(t, first, p.images("build", "flights"), "the tag has moved, the lock has not")
	p.succeeds("image", "lock", "--upgrade")
	p.fails([]string{"image", "build", "flights"}, "the SDK image has no Beam")
}

// Another version of Beam is refused with its place.
func TestDataflowOtherBeam(t *testing.T) {
	t.Parallel()
	p := newDataflow(t, "127.0.0.1:9")
	p.write("repo/src/raw/flights/requirements.txt", "better\napache-beam[gcp]==2.70.0\n")
	p.fails([]string{"image", "build", "flights"}, "repo/src/raw/flights/requirements.txt:2", "2.70.0", "2.77.0", "gcp.sdk_image")
	p.write("repo/src/raw/flights/requirements.txt", "")
	p.write("repo/src/raw/flights/Dockerfile", "FROM scratch\n")
	p.fails([]string{"image", "build", "flights"}, "repo/src/raw/flights/Dockerfile", "gcp.launcher_image")
}

// pulled is a pushed image.
func (p *project) pulled(i dataflowImage) v1.Image {
	p.t.Helper()
	reference, err := name.ParseReference(i.Repository + "@" + i.Digest)
	require.NoError(p.t, err)
	image, err := remote.Image(reference)
	require.NoError(p.t, err)
	return image
}

// contentsOf are those of files of a whole image, as a container would see them; of
// one that is not there "".
func contentsOf(t *testing.T, image v1.Image, names ...string) (found []string) {
	t.Helper()
	all := map[string]string{}
	for r := tar.NewReader(mutate.Extract(image)); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		all[strings.TrimPrefix(header.Name, "/")] = string(content)
	}
	for _, file := range names {
		found = append(found, all[file])
	}
	return found
}

// debianRegistry starts Debian's docker-registry and returns its host.
func debianRegistry(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("docker-registry")
	if err != nil {
		t.Skip("docker-registry is not installed (apt-get install docker-registry)")
	}
	dir := t.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	host := free.Addr().String()
	require.NoError(t, free.Close())
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: %s}\nhttp: {addr: %q}\n", filepath.Join(dir, "data"), host)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.yml"), []byte(config), 0o600))
	cmd := exec.CommandContext(t.Context(), program, "serve", filepath.Join(dir, "config.yml"))
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Wait() }) // the context has ended it
	require.Eventually(t, func() bool {
		answer, err := http.Get("http://" + host + "/v2/") //nolint:noctx // on loopback
		if err != nil {
			return false
		}
		return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
	}, time.Minute, 10*time.Millisecond)
	return host
}
