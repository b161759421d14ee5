package run

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
)

// hostPython is the Python that functions run with here.
func hostPython(t *testing.T) python.Interpreter {
	t.Helper()
	needPython(t)
	found, err := python.Find(context.Background(), "", "3.12")
	require.NoError(t, err)
	return found
}

// labelled are the labels of an image with a Python.
func labelled(version string) (labels map[string]string, site string) {
	site = "var/lang/lib/python" + version + "/site-packages"
	return map[string]string{rootfs.LabelPython: version, rootfs.LabelSitePackages: "/" + site}, site
}

// importer returns what its imports find, and the path.
const importer = `import sys, json, which, boto3, added, layered
def handler(event, context):
    return {"which": which.name, "boto3": boto3.__version__, "layered": layered.name, "added": added.name,
        "order": [sys.path.index(p) for p in (sys.path[0], layered.folder, which.folder)], "task": sys.path[0] == __file__.rpartition("/")[0]}
`

func where(name string) string {
	return "import os\nname = " + `"` + name + `"` + "\nfolder = os.path.dirname(__file__)\n"
}

// The image's own packages run where the host's Python is of its version, compiled ones too.
func TestImagesOwnPackages(t *testing.T) {
	host := hostPython(t)
	w := newWorld(t)
	labels, site := labelled(host.MinorVersion())
	packages := below(site, map[string]string{"which.py": where("site-packages"), "boto3.py": "__version__ = 'of the image'\n", "extra.pth": "more\n",
		"more/added.py": "name = 'by a .pth file'\n", "fast.cpython-x.so": "not loaded"})
	layered := below("opt/python", map[string]string{"which.py": where("a layer"), "layered.py": where("a layer")})
	image := thin(t, labels, packages, layered, below("var/task", map[string]string{"lambda.py": importer, "requirements.txt": "dorc-no-such-package==1\n"}))
	w.functionOf("f", w.pushImage("proj-f", image), nil, nil)
	w.machine("pipe", chain("f"))

	e := w.run(context.Background(), "pipe", `{}`)

	require.Equal(t, Succeeded, e.Status, "%s\n%s", e.Cause, w.logText())
	var got struct {
		Which, Boto3, Layered, Added string
		Order                        []int
		Task                         bool
	}
	require.NoError(t, json.Unmarshal(e.Output, &got))
	assert.Equal(t, "a layer", got.Which, "layers come before the image's packages, as on Lambda")
	assert.Equal(t, "of the image", got.Boto3)
	assert.Equal(t, "by a .pth file", got.Added)
	assert.Equal(t, "a layer", got.Layered)
	assert.True(t, got.Task)
	if host.Loads(host.MinorVersion(), "amd64") {
		assert.NotContains(t, w.prepared(), "this machine")
	}

	// Another function with these packages needs nothing but its own layer.
	second := thin(t, labels, packages, layered, below("var/task", map[string]string{"lambda.py": "import which\ndef handler(event, context):\n    raise ValueError(which.folder)\n"}))
	w.functionOf("g", w.pushImage("proj-g", second), nil, nil)
	w.machine("second", chain("g"))
	w.events = nil
	e = w.run(context.Background(), "second", `{}`)
	assert.Equal(t, "ValueError", e.Error, e.Cause)
	assert.Contains(t, e.Cause, `"errorMessage": "`)
	assert.Equal(t, 1, strings.Count(w.prepared(), "unpacking layer"), w.prepared())
	assert.NotContains(t, e.Cause, shared, "no folder of this machine is in an error")
}

// Python files run with another version, and that is said once.
func TestAnotherPythonVersion(t *testing.T) {
	host := hostPython(t)
	w := newWorld(t)
	labels, site := labelled("3.99")
	for _, name := range []string{"one", "two"} {
		w.functionOf(name, w.pushImage("proj-"+name, thin(t, labels, below(site, map[string]string{"which.py": where("site-packages")}),
			below("var/task", map[string]string{"lambda.py": "import which\ndef handler(event, context):\n    return '" + name + which + "\n"}))), nil, nil)
	}
	w.machine("pipe", chain("one", "two"))
	e := w.run(context.Background(), "pipe", `{}`)
	require.Equal(t, Succeeded, e.Status, "%s\n%s", e.Cause, w.logText())
	assert.Equal(t, `"two site-packages"`, string(e.Output))
	assert.Equal(t, 1, strings.Count(w.prepared(), "python: the image has Python 3.99; this machine has "+host.Version()+" ("+host.Path+"): the image's own files run with it"), w.prepared())
}

const which = " ' + which.name"

// Compiled packages of another version are installed for the host's.
func TestCompiledPackagesOfAnotherVersion(t *testing.T) {
	hostPython(t)
	w := newWorld(t)
	labels, site := labelled("3.99")
	packages := map[string]string{"tomli/__init__.py": "raise ImportError('compiled for another Python')\n", "tomli/_fast.cpython-399-x86_64-linux-gnu.so": "",
		"tomli-2.0.1.dist-info/METADATA": "Name: tomli\nVersion: 2.0.1\n"}
	code := below("var/task", map[string]string{"lambda.py": "import tomli, boto3\ndef handler(event, context):\n    return tomli.loads('a = 1')\n"})
	w.functionOf("f", w.pushImage("proj-f", thin(t, labels, below(site, packages), code)), nil, nil)
	w.machine("pipe", chain("f"))
	e := w.run(context.Background(), "pipe", `{}`)
	require.Equal(t, Succeeded, e.Status, "%s\n%s", e.Cause, w.logText())
	assert.JSONEq(t, `{"a": 1}`, string(e.Output))
	assert.Contains(t, w.prepared(), "tomli/_fast.cpython-399-x86_64-linux-gnu.so is compiled for the image's, so the image's 1 package is installed for this machine's Python; these are not the image's own files")

	packages["own-1.dist-info/METADATA"] = "Name: dorc-no-such-package\nVersion: 1\n"
	w.functionOf("g", w.pushImage("proj-g", thin(t, labels, below(site, packages), code)), nil, nil)
	w.machine("second", chain("g"))
	_, err := w.runner.Run(context.Background(), "second", nil, w.hear)
	require.ErrorContains(t, err, "function g, Python ")
	require.ErrorContains(t, err, "the packages of the image cannot be installed for it")
	require.ErrorContains(t, err, "dorc-no-such-package")
	require.ErrorContains(t, err, "--container")
}

// An image of a Dockerfile has no labels of dorc's, and a whole Linux.
func TestImageOfADockerfile(t *testing.T) {
	host := hostPython(t)
	w := newWorld(t)
	linux := below("usr/local/lib/python"+host.MinorVersion()+"/site-packages", map[string]string{"which.py": where("site-packages")})
	linux["etc/passwd"] = "root"
	image := thin(t, nil, linux, below("function/shared", map[string]string{"common.py": "name = 'shared'\n"}),
		below("function", map[string]string{"requirements.txt": "dorc-no-such-package==1\n"}),
		below("function", map[string]string{"app.py": "import which, common, os\ndef run(event, context):\n    return [which.name, common.name, os.environ.get('LD_LIBRARY_PATH'), os.getcwd() == os.environ['LAMBDA_TASK_ROOT']]\n"}))
	image, err := mutate.Config(image, v1.Config{Entrypoint: []string{"/usr/local/bin/python", "-m", "awslambdaric"}, Cmd: []string{"app.run"}, WorkingDir: "/function",
		Env: []string{"PATH=/usr/local/bin:/usr/bin", "LD_LIBRARY_PATH=/usr/local/lib", "PYTHONPATH=/function/shared:/srv/not-there"}})
	require.NoError(t, err)
	w.functionOf("f", w.pushImage("proj-f", image), nil, nil)
	w.machine("pipe", chain("f"))
	e := w.run(context.Background(), "pipe", `{}`)
	require.Equal(t, Succeeded, e.Status, "%s\n%s", e.Cause, w.logText())
	assert.JSONEq(t, `["site-packages", "shared", null, true]`, string(e.Output))
}

func TestImagesThatAreRefused(t *testing.T) {
	hostPython(t)
	w := newWorld(t)
	labels, site := labelled("3.12")
	for name, test := range map[string]struct {
		image v1.Image
		want  []string
	}{
		"old": {thin(t, map[string]string{"dev.dorc.source-hash": "x"}, below("var/task", map[string]string{"lambda.py": "", "global-requirements.txt": "# none\ntabulate==0.9.0\n"})),
			[]string{"function old: its image has no Python packages inside", `"tabulate==0.9.0" (global-requirements.txt)`, "an earlier version of dorc", "apply its pipeline again"}},
		"empty":   {thin(t, labels, below(site, map[string]string{"x.py": ""})), []string{"its image has no files in its task root", "/var/task"}},
		"version": {thin(t, map[string]string{rootfs.LabelPython: "3.12/../x"}, below("var/task", map[string]string{"lambda.py": ""})), []string{"which is no minor version of Python 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			w.functionOf(name, w.pushImage("proj-"+name, test.image), nil, nil)
			w.machine(name+"-pipe", chain(name))
			_, err := w.runner.Run(context.Background(), name+"-pipe", nil, w.hear)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
	// Without requirements an image of an earlier version runs as before.
	w.functionOf("bare", w.pushImage("proj-bare", thin(t, nil, below("var/task", map[string]string{"lambda.py": "def handler(event, context):\n    return 1\n", "requirements.txt": "# none\n"}))), nil, nil)
	w.machine("bare-pipe", chain("bare"))
	e := w.run(context.Background(), "bare-pipe", `{}`)
	assert.Equal(t, Succeeded, e.Status, e.Cause)
}

// Nothing is written to what images share.
func TestSharedFilesStayAsTheyAre(t *testing.T) {
	host := hostPython(t)
	w := newWorld(t)
	labels, site := labelled(host.MinorVersion())
	w.functionOf("f", w.pushImage("proj-f", thin(t, labels, below(site, map[string]string{"pkg/__init__.py": "import pkg.sub\n", "pkg/sub.py": ""}),
		below("var/task", map[string]string{"lambda.py": "import pkg, os\ndef handler(event, context):\n    return [sorted(os.listdir(os.path.dirname(pkg.__file__))), os.listdir('.')]\n"}))), nil, nil)
	w.machine("pipe", chain("f"))
	for range 2 {
		e := w.run(context.Background(), "pipe", `{}`)
		require.Equal(t, Succeeded, e.Status, "%s\n%s", e.Cause, w.logText())
		assert.JSONEq(t, `[["__init__.py", "sub.py"], ["lambda.py"]]`, string(e.Output), "no bytecode beside the modules")
	}
	made, err := os.ReadDir(w.runner.cache("bytecode"))
	require.NoError(t, err)
	assert.NotEmpty(t, made, "it is kept apart, so that the next start is quicker")
}
