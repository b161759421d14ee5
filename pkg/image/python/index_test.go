package python

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fakeWheel makes a wheel; files are besides METADATA, WHEEL and RECORD, needs are
// requirements or a whole line of Requires-Python.
func fakeWheel(t *testing.T, name, version, tag string, needs []string, files map[string]string) (string, []byte) {
	t.Helper()
	info := name + "-" + version + ".dist-info/"
	metadata := "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n"
	for _, n := range needs {
		if strings.HasPrefix(n, "Requires-Python: ") {
			metadata += n + "\n"
			continue
		}
		metadata += "Requires-Dist: " + n + "\n"
		if _, extra, ok := strings.Cut(n, `extra == "`); ok {
			metadata += "Provides-Extra: " + strings.TrimSuffix(extra, `"`) + "\n"
		}
	}
	all := map[string]string{
		info + "METADATA": metadata,
		info + "WHEEL":    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: " + tag + "\n",
	}
	maps.Copy(all, files)
	record := info + "RECORD,,\n"
	for _, f := range slices.Sorted(maps.Keys(all)) {
		sum := sha256.Sum256([]byte(all[f]))
		quoted := f
		if strings.ContainsAny(f, `",`) {
			quoted = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		record += fmt.Sprintf("%s,sha256=%s,%d\n", quoted, base64.RawURLEncoding.EncodeToString(sum[:]), len(all[f]))
	}
	if _, ok := all[info+"RECORD"]; !ok {
		all[info+"RECORD"] = record
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range slices.Sorted(maps.Keys(all)) {
		h := &zip.FileHeader{Name: f, Method: zip.Deflate, Modified: time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC)}
		h.SetMode(0o640)
		if strings.HasPrefix(all[f], "#!/") {
			h.SetMode(0o751)
		}
		w, err := z.CreateHeader(h)
		require.NoError(t, err)
		_, err = w.Write([]byte(all[f]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return fmt.Sprintf("%s-%s-%s.whl", name, version, tag), b.Bytes()
}

// fakeIndex is a package index on loopback.
type fakeIndex struct {
	*httptest.Server
	// files are by project and name.
	files map[string]map[string][]byte
	// user and password are asked for when they are set.
	user, password string
	// status answers every request when it is set.
	status int
	// hook sees each request first.
	hook func(*http.Request)

	mu       sync.Mutex
	requests []string
}

func newIndex(t *testing.T) *fakeIndex {
	t.Helper()
	x := &fakeIndex{files: map[string]map[string][]byte{}}
	x.Server = httptest.NewServer(x)
	t.Cleanup(x.Close)
	return x
}

func (x *fakeIndex) add(project, file string, data []byte) {
	if x.files[project] == nil {
		x.files[project] = map[string][]byte{}
	}
	x.files[project][file] = data
}

func (x *fakeIndex) wheel(t *testing.T, name, version, tag string, needs []string, files map[string]string) string {
	t.Helper()
	file, data := fakeWheel(t, name, version, tag, needs, files)
	x.add(normalize(name), file, data)
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (x *fakeIndex) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x.mu.Lock()
	x.requests = append(x.requests, r.URL.Path)
	x.mu.Unlock()
	if x.hook != nil {
		x.hook(r)
	}
	if x.status != 0 {
		http.Error(w, "no", x.status)
		return
	}
	if user, password, _ := r.BasicAuth(); x.user != "" && (user != x.user || password != x.password) {
		w.Header().Set("WWW-Authenticate", `Basic realm="packages"`)
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	}
	project := path.Base(r.URL.Path)
	if files, ok := x.files[project]; ok && strings.HasPrefix(r.URL.Path, "/simple/") {
		w.Header().Set("Content-Type", "text/html")
		for _, f := range slices.Sorted(maps.Keys(files)) {
			sum := sha256.Sum256(files[f])
			_, _ = fmt.Fprintf(w, "<a href=\"/files/%s#sha256=%x\">%s</a>\n", f, sum, f)
		}
		return
	}
	for _, files := range x.files {
		if data, ok := files[path.Base(r.URL.Path)]; ok && strings.HasPrefix(r.URL.Path, "/files/") {
			http.ServeContent(w, r, project, time.Time{}, bytes.NewReader(data))
			return
		}
	}
	http.NotFound(w, r)
}

// environ is a user's environment in which the index is set as an entry says.
func (x *fakeIndex) environ(t *testing.T, entries ...string) []string {
	t.Helper()
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "PIP_CONFIG_FILE=" + os.DevNull, "PIP_RETRIES=0", "UV_HTTP_RETRIES=0", "NO_PROXY=*",
	}, entries...)
}

// from is an installer whose only index is this one.
func (x *fakeIndex) from(t *testing.T, tool Tool, entries ...string) *Installer {
	t.Helper()
	in := newInstaller(t, tool)
	if len(entries) == 0 {
		entries = []string{"PIP_INDEX_URL=" + x.URL + "/simple"}
	}
	in.Environ = x.environ(t, entries...)
	in.Python = anyPython(t, aws312).path
	return in
}

// anyPython is a Python with pip, the target's version if there is one.
func anyPython(t *testing.T, target Target) interpreter {
	t.Helper()
	found, err := (&Installer{}).findPython(t.Context(), target, true)
	if err != nil {
		t.Skipf("no Python with pip: %v", err)
	}
	return found
}

// hash is the hash of a file of the index.
func (x *fakeIndex) hash(file string) string {
	for _, files := range x.files {
		if data, ok := files[file]; ok {
			sum := sha256.Sum256(data)
			return "sha256:" + hex.EncodeToString(sum[:])
		}
	}
	return ""
}
