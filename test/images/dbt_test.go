package images

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pythonBase is the name of the stand-in of Docker's image of Python.
const pythonBase = "library/python:3.11-slim"

// newDbt is a project with two dbt projects of one lock file, on the local target.
// The packages only call themselves dbt.
func newDbt(t *testing.T, host string) *project {
	t.Helper()
	p := newProject(t)
	x := newIndex(t)
	for _, wheel := range []string{"dbt_core", "dbt_bigquery"} {
		for _, version := range []string{"1.10.3", "1.10.4"} {
			x.wheelWith(t, wheel, version, any3, map[string]string{wheel + "-" + version + ".dist-info/entry_points.txt": "[console_scripts]\ndbt = " + wheel + ":run\n"})
			x.add(strings.ReplaceAll(wheel, "_", "-"), wheel+"-"+version+"-"+any3+".whl", x.files[wheel][wheel+"-"+version+"-"+any3+".whl"])
		}
	}
	x.wheel(t, "setuptools", "80.0", any3)
	p.env["PIP_INDEX_URL"] = x.address()
	p.withoutUV()
	p.write("repo/universal/Pulumi.universal.yaml", fmt.Sprintf(`config:
  project: shop
  aws: false
  gcp:
    project_id: shop-data-1
    region: europe-west2
    launcher_image: %s/%s
    sdk_image: %s/%s
    dbt_base_image: %s/%s
`, host, launcher, host, sdk, host, pythonBase))
	for _, project := range []string{"weather", "flights"} {
		p.write("repo/dbt/"+project+"/dbt_project.yml", "name: "+project+"\nprofile: "+project+"\n")
		p.write("repo/dbt/"+project+"/models/a.sql", "select '"+project+"' as name\n")
	}
	p.write("repo/dbt/requirements.lock", "dbt-bigquery==1.10.3\ndbt-core==1.10.3\nsetuptools==80.0\n")
	p.write("repo/src/README.md", "")
	p.succeeds("apply", "universal")
	return p
}

// dbtBase puts the stand-in of the base image into a registry.
func dbtBase(t *testing.T, host string) {
	t.Helper()
	of311 := map[string]string{"usr/local/bin/python3.11": "ELF"}
	for file, content := range installed("setuptools", "65.0") {
		of311[strings.Replace(file, "3.12", "3.11", 1)] = content
	}
	parsed, err := name.ParseReference(host + "/" + pythonBase)
	require.NoError(t, err)
	require.NoError(t, remote.Write(parsed, standIn(t, "", of311)))
}

// A dbtImage is a line of dorc image --json.
type dbtImage struct {
	Dbt, Kind, Repository, Tag, Digest string
	Pushed                             bool
}

func (p *project) dbtImages(args ...string) map[string]dbtImage {
	p.t.Helper()
	found := map[string]dbtImage{}
	for line := range strings.Lines(p.succeeds(append([]string{"image"}, append(args, "--json")...)...).stdout) {
		var i dbtImage
		require.NoError(p.t, json.Unmarshal([]byte(line), &i))
		require.Equal(p.t, "dbt", i.Kind)
		found[i.Dbt] = i
	}
	return found
}

// Projects of one lock file share the packages, and a change sends what is new.
func TestDbtImages(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	dbtBase(t, r.host())
	p := newDbt(t, r.host())
	p.onTheCloud(r.host())
	pushed := p.dbtImages("push", "--env", "prod")
	require.Equal(t, []string{"flights", "weather"}, slices.Sorted(maps.Keys(pushed)))
	weather, flights := p.pulled(dataflowImage{Repository: pushed["weather"].Repository, Digest: pushed["weather"].Digest}),
		p.pulled(dataflowImage{Repository: pushed["flights"].Repository, Digest: pushed["flights"].Digest})
	assert.Equal(t, r.host()+"/shop-data-1/shop/dbt-weather", pushed["weather"].Repository)
	a, b := layerDigests(t, weather), layerDigests(t, flights)
	require.Len(t, a, 3)
	assert.Equal(t, a[:2], b[:2])
	const site = "usr/local/lib/python3.11/site-packages/"
	got := contentsOf(t, weather, "dbt/weather/models/a.sql", "dbt/flights/models/a.sql", site+"dbt_core.py", site+"setuptools-65.0.dist-info/METADATA")
	assert.Equal(t, []string{"select 'weather' as name\n", "", "version = '1.10.3'\n", ""}, got)
	assert.Contains(t, contentsOf(t, weather, "dbt/profiles/profiles.yml")[0], "method: oauth")
	assert.Contains(t, contentsOf(t, weather, "usr/local/bin/dbt")[0], "#!/usr/local/bin/python3.11")

	for file, text := range map[string]string{
		"repo/dbt/weather/models/a.sql":  "select 2 as x\n",
		"repo/dbt/weather/models/b.sql":  "select 3 as x\n",
		"repo/dbt/flights/models/a.sql":  "",
		"repo/dbt/weather/README.md":     "# x\n",
		"repo/dbt/weather/target/x.json": "{}",
	} {
		r.forget()
		p.write(file, text)
		changes := strings.HasPrefix(file, "repo/dbt/weather/models")
		assert.Equal(t, changes, p.dbtImages("push", "--dbt", "weather", "--env", "prod")["weather"].Pushed, file)
		if changes {
			assert.Len(t, r.writes("digest="), 2, "a layer and a configuration")
		}
	}
	r.forget()
	p.write("repo/dbt/requirements.lock", "dbt-bigquery==1.10.4\ndbt-core==1.10.4\nsetuptools==80.0\n")
	assert.True(t, p.dbtImages("push", "--dbt", "weather", "--env", "prod")["weather"].Pushed)
	assert.True(t, p.dbtImages("push", "--env", "prod")["flights"].Pushed)
	assert.Len(t, r.writes("digest="), 5, "one layer of packages, flights' changed project, two configurations, and the layer of the weather image mounted or sent")

	p.fails([]string{"image", "push", "--dbt", "wether", "--env", "prod"}, "there is no such dbt project", `did you mean "weather"?`)
	p.fails([]string{"image", "build", "--dbt", "weather", "--layer", "raw"}, "--dbt goes without")
}

func layerDigests(t *testing.T, image v1.Image) (all []string) {
	t.Helper()
	layers, err := image.Layers()
	require.NoError(t, err)
	for _, l := range layers {
		d, err := l.Digest()
		require.NoError(t, err)
		all = append(all, d.String())
	}
	return all
}

// On the local target, with what is wrong told by validate.
func TestDbtOnTheLocalTarget(t *testing.T) {
	t.Parallel()
	p := newDbt(t, "127.0.0.1:9")
	pushed := p.dbtImages("push", "--env", "prod")
	require.Len(t, pushed, 2)
	assert.DirExists(t, p.path(".dorc/images/shop-data-1/shop/dbt-weather"))
	text := p.succeeds("image", "inspect", "--dbt", "weather", "--env", "prod").stdout
	for _, want := range []string{"dbt project  weather", "entry point  dbt", "folder       /dbt/weather", "dev.dorc.kind=dbt", "dev.dorc.dbt=1.10.3", "dev.dorc.python=3.11", "DBT_TARGET_PATH=/tmp/dbt/target"} {
		assert.Contains(t, text, want)
	}
	assert.Contains(t, p.succeeds("image", "ls", "--env", "prod").stdout, "weather (dbt)")
	p.succeeds("validate")

	p.write("repo/dbt/weather/packages.yml", "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n")
	p.write("repo/dbt/flights/dbt_project.yml", "name: flights\n")
	p.fails([]string{"validate"}, "repo/dbt/weather/packages.yml:1:1", "Run dbt deps in", "repo/dbt/flights/dbt_project.yml:1:1: the dbt project has no profile")
}

// Another Python than the lock file's is refused, and the lock of bases has this one.
func TestDbtPython(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	dbtBase(t, r.host())
	putStandIns(t, r.host())
	p := newDbt(t, r.host())
	p.succeeds("image", "lock")
	assert.Contains(t, p.read("repo/base-images.lock"), r.host()+"/"+pythonBase+": sha256:")
	p.write("repo/dbt/weather/Pipfile.lock", `{"_meta": {"requires": {"python_version": "3.8"}}, "default": {"dbt-core": {"version": "==1.10.3"}, "dbt-bigquery": {"version": "==1.10.3"}}}`)
	p.fails([]string{"image", "build", "--dbt", "weather"}, "repo/dbt/weather/Pipfile.lock: the lock file is for another Python", "gcp.dbt_base_image")
	p.replace("repo/dbt/weather/Pipfile.lock", "3.8", "3.11")
	p.succeeds("image", "build", "--dbt", "weather")
}

// Pipelines that run one dbt project share its image. When one of them is destroyed, the
// other's is still there: refreshed, planned and applied it is as it was.
func TestDbtImageOfTwoPipelines(t *testing.T) {
	t.Parallel()
	p := newDbt(t, "127.0.0.1:9")
	p.write("repo/infra/Pulumi.prod.yaml", "config:\n  environment: prod\n  gcp: {composer: {}}\n")
	for _, pipeline := range []string{"one", "two"} {
		p.write("repo/src/raw/"+pipeline+"/dag.yaml", "tasks:\n  - {identifier: build, kind: {action: dbt, target: build}, options: {project: weather}}\n")
	}
	p.succeeds("apply", "infra", "--env", "prod")
	image := func(pipeline string) string {
		t.Helper()
		found := regexp.MustCompile(`dbt-weather@(sha256:[0-9a-f]{64})`).FindStringSubmatch(p.succeeds("state", "export", pipeline, "--layer", "raw", "--env", "prod").stdout)
		require.NotNil(t, found)
		return found[1]
	}
	digest := image("one")
	require.Equal(t, digest, image("two"), "one image")
	there := func() {
		t.Helper()
		folder := ".dorc/images/shop-data-1/shop/dbt-weather/"
		assert.Contains(t, p.read(folder+"index.json"), digest)
		var manifest v1.Manifest
		require.NoError(t, json.Unmarshal([]byte(p.read(folder+"blobs/sha256/"+strings.TrimPrefix(digest, "sha256:"))), &manifest))
		for _, blob := range append(manifest.Layers, manifest.Config) {
			assert.FileExists(t, p.path(folder+"blobs/sha256/"+blob.Digest.Hex))
		}
	}
	there()

	p.succeeds("destroy", "one", "--layer", "raw", "--env", "prod")
	there()
	p.succeeds("refresh", "two", "--layer", "raw", "--env", "prod")
	p.succeeds("plan", "two", "--layer", "raw", "--env", "prod", "--detailed-exitcode")

	// A change of the project makes the other's image anew, and only then the old one is nobody's.
	p.succeeds("apply", "one", "--layer", "raw", "--env", "prod")
	p.write("repo/dbt/weather/models/a.sql", "select 2 as x\n")
	p.succeeds("apply", "two", "--layer", "raw", "--env", "prod")
	assert.NotEqual(t, digest, image("two"))
	there() // one has it, and so has what was deployed before
	p.succeeds("refresh", "one", "--layer", "raw", "--env", "prod")
	assert.Equal(t, digest, image("one"))
}
