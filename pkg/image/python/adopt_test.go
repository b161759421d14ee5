package python

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// sourceArchive is a release of "only-source" 1.0 as setuptools packs it. Its
// setup.py would show that it was run.
func sourceArchive(t *testing.T) []byte {
	t.Helper()
	files := map[string]string{
		"setup.py":                                  "raise SystemExit('setup.py was run')\n",
		"only_source.egg-info/PKG-INFO":             "Metadata-Version: 2.1\nName: only-source\nVersion: 1.0\nSummary: x\n",
		"only_source.egg-info/requires.txt":         "good==1.0\n\n[cli]\nnone\n\n[cli:python_version < \"3\"]\nold\n",
		"only_source.egg-info/entry_points.txt":     "[console_scripts]\nonly = only:main\n",
		"only_source.egg-info/SOURCES.txt":          "x",
		"only/__init__.py":                          "def main(): ...\n",
		"only/data/a.json":                          "{}",
		"only/a_test.py":                            "raise",
		"only/testdata/b.json":                      "{}",
		"other/__init__.py":                         "",
		"only_source.egg-info/dependency_links.txt": "\n",
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: "only-source-1.0/" + name, Mode: 0o644, Size: int64(len(files[name]))}))
		_, err := w.Write([]byte(files[name]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, z.Close())
	return b.Bytes()
}

// onlySource makes "only-source" known, which "needy" needs, and returns an index
// of both.
func onlySource(t *testing.T) (*fakeIndex, sourceOnly) {
	t.Helper()
	archive := sourceArchive(t)
	known := sourceOnly{name: "only-source", version: "1.0", module: "only", sha256: hexSum(archive), neededBy: []string{"needy"}}
	was := sourceOnlys
	sourceOnlys = []sourceOnly{known}
	t.Cleanup(func() { sourceOnlys = was })
	x := newIndex(t)
	x.add("only-source", "only-source-1.0.tar.gz", archive)
	x.wheel(t, "needy", "2.0", "py3-none-any", []string{"only-source>=1.0,<1.1"}, map[string]string{"needy.py": "1"})
	x.wheel(t, "good", "1.0", "py3-none-any", nil, map[string]string{"good.py": "1"})
	return x, known
}

// A release without a wheel is installed without running its code, with either
// tool to the same bytes.
func TestSourceOnly(t *testing.T) {
	x, _ := onlySource(t)
	var first map[string]string
	for _, tool := range tools {
		made, err := x.from(t, tool).Packages(t.Context(), "pipeline flights", Requirements{
			More: []Needed{{Name: "needy", Version: "2.0", Extras: "gcp"}},
		}, aws312)
		require.NoError(t, err)
		assert.Equal(t, []Distribution{{"good", "1.0"}, {"needy", "2.0"}, {"only-source", "1.0"}}, made.Installed)
		files := readAll(t, made)
		if first == nil {
			first = files
		}
		assert.Equal(t, first, files)
	}
	const site = "var/lang/lib/python3.12/site-packages/"
	assert.Equal(t, "def main(): ...\n", first[site+"only/__init__.py"])
	assert.Contains(t, first, site+"only/data/a.json")
	assert.Contains(t, first, "var/lang/bin/only")
	for _, name := range []string{"only/a_test.py", "only/testdata/b.json", "other/__init__.py", "setup.py"} {
		assert.NotContains(t, first, site+name)
	}
	assert.Equal(t, "Metadata-Version: 2.1\nName: only-source\nVersion: 1.0\nRequires-Dist: good==1.0\nProvides-Extra: cli\n"+
		"Requires-Dist: none; extra == \"cli\"\nRequires-Dist: old; (python_version < \"3\") and extra == \"cli\"\nSummary: x\n",
		first[site+"only_source-1.0.dist-info/METADATA"])
}

// A lock file has the archive's hash; the wheel that is made of it has another.
func TestSourceOnlyWithHashes(t *testing.T) {
	x, known := onlySource(t)
	for _, tool := range tools {
		req := requirementsTxt("only-source==1.0 --hash=sha256:"+known.sha256, "good==1.0 --hash="+x.hash("good-1.0-py3-none-any.whl"))
		made, err := x.from(t, tool).Packages(t.Context(), "pipeline flights", req, aws312)
		require.NoError(t, err)
		assert.Len(t, made.Installed, 2)
	}
}

// The archive comes from where packages come from, with its credentials.
func TestFetch(t *testing.T) {
	x, known := onlySource(t)
	x.user, x.password = "joe", "s3cret/word"
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, known.archive()), sourceArchive(t), 0o644))
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, ".netrc"),
		[]byte("machine other login a password b\nmachine 127.0.0.1\n  login joe\n  password s3cret/word\n"), 0o600))
	simple, host := x.URL+"/simple", x.Listener.Addr().String()
	for name, environ := range map[string][]string{
		"in the address":   {"PIP_INDEX_URL=http://joe:s3cret%2Fword@" + host + "/simple"},
		"netrc":            {"PIP_INDEX_URL=" + simple, "HOME=" + home},
		"of a named index": {"UV_DEFAULT_INDEX=corp=" + simple + "/", "UV_INDEX_CORP_USERNAME=joe", "UV_INDEX_CORP_PASSWORD=s3cret/word"},
		"an extra index":   {"PIP_INDEX_URL=http://joe:s3cret%2Fword@" + host + "/nothing", "PIP_EXTRA_INDEX_URL=http://joe:s3cret%2Fword@" + host + "/simple"},
		"a folder":         {"PIP_NO_INDEX=1", "PIP_FIND_LINKS=" + folder},
	} {
		t.Run(name, func(t *testing.T) {
			r := resolverWith(t, environ)
			content, err := r.fetch(t.Context(), known, userIndexes(r.getenv, false).with(settings{}, r.getenv))
			require.NoError(t, err)
			assert.Equal(t, known.sha256, hexSum(content))
		})
	}
	for name, test := range map[string]struct {
		environ []string
		want    string
	}{
		"no login":      {[]string{"PIP_INDEX_URL=" + simple}, "401 Unauthorized"},
		"another login": {[]string{"PIP_INDEX_URL=http://joe:wr0ng-word@" + host + "/simple"}, "401 Unauthorized"},
		"no index":      {[]string{"PIP_NO_INDEX=1"}, "no index is to be asked"},
		"nobody there":  {[]string{"PIP_INDEX_URL=http://joe:wr0ng-word@127.0.0.1:1/simple"}, "127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := resolverWith(t, test.environ)
			_, err := r.fetch(t.Context(), known, userIndexes(r.getenv, false).with(settings{}, r.getenv))
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "wr0ng")
		})
	}
}

func resolverWith(t *testing.T, environ []string) *resolver {
	t.Helper()
	all := append([]string{"HOME=" + t.TempDir(), "PIP_CONFIG_FILE=" + os.DevNull}, environ...)
	return &resolver{Installer: &Installer{Cache: t.TempDir(), Environ: all}, red: newRedactor(all)}
}

// Both forms of a project's page are understood.
func TestLinks(t *testing.T) {
	assert.Equal(t, []string{"../a.tar.gz", "b.whl"}, links([]byte(`{"meta":{},"files":[{"url":"../a.tar.gz"},{"url":"b.whl"}]}`)))
	assert.Equal(t, []string{"/files/a&b.whl#sha256=1", "x"}, links([]byte(`<html><a class="z" href="/files/a&amp;b.whl#sha256=1">a</a><A HREF='x'>x</A>`)))
}

// An archive that is another is not installed, and who has none is told why.
func TestSourceOnlyRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*fakeIndex)
		want   string
	}{
		"another archive": {func(x *fakeIndex) { x.add("only-source", "only-source-1.0.tar.gz", []byte("x")) }, "has the hash"},
		"none":            {func(x *fakeIndex) { x.files["only-source"] = map[string][]byte{"only-source-0.9.tar.gz": nil} }, "has no only-source-1.0.tar.gz"},
	} {
		t.Run(name, func(t *testing.T) {
			x, _ := onlySource(t)
			test.change(x)
			_, err := x.from(t, Pip).Packages(t.Context(), "pipeline flights", requirementsTxt("needy==2.0"), aws312)
			require.ErrorContains(t, err, test.want)
			var p problem.Problem
			require.ErrorAs(t, err, &p)
			assert.NotEmpty(t, p.Hint)
		})
	}
}

// The version that the image needs is said with the place of another one.
func TestNeededVersion(t *testing.T) {
	needed := Needed{Name: "needy", Version: "2.0", Extras: "gcp", Why: "the workers have it", Hint: "Pin 2.0."}
	for line, want := range map[string]string{
		"needy==1.0":                        "needy==1.0 here; 2.0 is needed: the workers have it (pipeline flights)",
		"Needy[gcp] == 1.0 ; os_name != ''": "2.0 is needed",
		"needy===1.0":                       "2.0 is needed",
		"needy>=2.1":                        "asked for: needy>=2.1 (src/raw/weather/requirements.txt:2), needy[gcp]==2.0 (dorc itself)",
	} {
		x, _ := onlySource(t)
		x.wheel(t, "needy", "2.1", "py3-none-any", nil, nil)
		req := requirementsTxt("good==1.0", line)
		req.More = []Needed{needed}
		_, err := x.from(t, Pip).Packages(t.Context(), "pipeline flights", req, aws312)
		require.ErrorContains(t, err, want, line)
		require.ErrorContains(t, err, "src/raw/weather/requirements.txt:2", line)
	}
	for _, line := range []string{"needy==2.0", "needy[gcp]==2.*", "needy>=1,<3", "needy"} {
		x, _ := onlySource(t)
		req := requirementsTxt(line)
		req.More = []Needed{needed}
		made, err := x.from(t, Pip).Packages(t.Context(), "pipeline flights", req, aws312)
		require.NoError(t, err, line)
		assert.Len(t, made.Installed, 3)
	}
}

// apache-beam[gcp] is installed with either tool, though one of its packages has no wheel.
func TestApacheBeam(t *testing.T) {
	if testing.Short() {
		t.Skip("it downloads 150 MB")
	}
	needIndex(t)
	target := Target{
		Version: "3.12", Platform: "linux/amd64", Interpreter: "/usr/local/bin/python3.12",
		SitePackages: "/usr/local/lib/python3.12/site-packages", Scripts: "/usr/local/bin",
	}
	made, err := newInstaller(t, Pip).Packages(t.Context(), "pipeline flights", Requirements{
		More: []Needed{{Name: "apache-beam", Version: "2.77.0", Extras: "gcp"}},
	}, target)
	require.NoError(t, err)
	assert.Contains(t, made.Installed, Distribution{"apache-beam", "2.77.0"})
	assert.Contains(t, made.Installed, Distribution{"google-apitools", "0.5.31"})
}

// As distutils packed it: no folder of setuptools, and the module below a folder.
func TestSourceOnlyForms(t *testing.T) {
	for name, test := range map[string]struct {
		s     sourceOnly
		files map[string]string
		want  []string
	}{
		"a folder below": {
			sourceOnly{name: "two-pythons", version: "1.7", module: "two", below: "python3"},
			map[string]string{"PKG-INFO": "Name: two-pythons\nVersion: 1.7\n", "python2/two/__init__.py": "old", "python3/two/__init__.py": "new", "python3/src/two.c": "x", "setup.py": "raise"},
			[]string{"two/__init__.py", "two_pythons-1.7.dist-info/METADATA", "two_pythons-1.7.dist-info/RECORD", "two_pythons-1.7.dist-info/WHEEL"},
		},
		"a single module": {
			sourceOnly{name: "single", version: "0.6.2", module: "single.py"},
			map[string]string{"single.egg-info/PKG-INFO": "Name: single\nVersion: 0.6.2\n", "single.py": "new", "single.pyx": "x", "setup.py": "raise"},
			[]string{"single-0.6.2.dist-info/METADATA", "single-0.6.2.dist-info/RECORD", "single-0.6.2.dist-info/WHEEL", "single.py"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string][]byte{}
			for file, content := range test.files {
				files[file] = []byte(content)
			}
			content, err := test.s.toWheel(files)
			require.NoError(t, err)
			archive := filepath.Join(t.TempDir(), test.s.wheel())
			require.NoError(t, os.WriteFile(archive, content, 0o644))
			w, err := openArchive(archive)
			require.NoError(t, err)
			defer w.close()
			assert.Equal(t, test.want, sortedKeys(w.files))
			for file, f := range w.files {
				if data, err := f.read(maxMetadata); assert.NoError(t, err) && filepath.Ext(file) == ".py" {
					assert.Equal(t, "new", string(data))
				}
			}
		})
	}
	_, err := sourceOnly{name: "x", version: "1"}.toWheel(map[string][]byte{"setup.py": nil})
	assert.ErrorContains(t, err, "x-1.tar.gz has no PKG-INFO")
}

// A complete lock file is taken as it is: what a package says that it needs besides is
// not added.
func TestLocked(t *testing.T) {
	x, known := onlySource(t)
	for _, tool := range tools {
		needy := "needy==2.0 --hash=" + x.hash("needy-2.0-py3-none-any.whl")
		lock := func(lines string) Requirements {
			return Requirements{Files: map[string][]byte{"lock.txt": []byte(lines)}, Roots: []Root{{"lock.txt", Locked}}}
		}
		made, err := x.from(t, tool).Packages(t.Context(), "Airflow", lock(needy+"\n"), aws312)
		require.NoError(t, err)
		assert.Equal(t, []Distribution{{"needy", "2.0"}}, made.Installed)
		made, err = x.from(t, tool).Packages(t.Context(), "Airflow", lock(needy+"\nonly-source==1.0 --hash=sha256:"+known.sha256+"\n"), aws312)
		require.NoError(t, err)
		assert.Len(t, made.Installed, 2)
		_, err = x.from(t, tool).Packages(t.Context(), "Airflow", lock(needy+"\ngood==1.0\n"), aws312)
		assert.ErrorContains(t, err, "a requirement has no hash")
	}
}

// What Airflow's lock files have without a wheel is known by the hash that is in them.
func TestSourceOnlyOfAirflow(t *testing.T) {
	files, err := filepath.Glob("../../airflow/lock/*.source")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		names, err := os.ReadFile(file)
		require.NoError(t, err)
		lock, err := os.ReadFile(strings.TrimSuffix(file, ".source") + ".txt")
		require.NoError(t, err)
		for _, name := range strings.Fields(string(names)) {
			known := slices.IndexFunc(sourceOnlys, func(s sourceOnly) bool { return s.name == name })
			if assert.GreaterOrEqual(t, known, 0, "%s is not known", name) {
				s := sourceOnlys[known]
				assert.Contains(t, string(lock), "\n"+name+"=="+s.version+" \\\n    --hash=sha256:"+s.sha256+"\n")
			}
		}
	}
}
