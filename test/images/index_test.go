package images

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// index is a package index on loopback.
type index struct {
	*httptest.Server
	// files are by project and name.
	files map[string]map[string][]byte
	// user and password are asked for when they are set.
	user, password string
}

func newIndex(t *testing.T) *index {
	t.Helper()
	x := &index{files: map[string]map[string][]byte{}}
	x.Server = httptest.NewServer(x)
	t.Cleanup(x.Close)
	return x
}

// address is that of the index, with a user and a password when it asks for them.
func (x *index) address() string {
	if x.user == "" {
		return x.URL + "/simple"
	}
	return strings.Replace(x.URL, "http://", "http://"+x.user+":"+x.password+"@", 1) + "/simple"
}

func (x *index) add(project, file string, data []byte) {
	if x.files[project] == nil {
		x.files[project] = map[string][]byte{}
	}
	x.files[project][file] = data
}

// wheel adds a wheel with one module. Its tag is such as "py3-none-any".
func (x *index) wheel(t *testing.T, name, version, tag string) {
	t.Helper()
	x.wheelWith(t, name, version, tag, nil)
}

// wheelWith adds a wheel with more files.
func (x *index) wheelWith(t *testing.T, name, version, tag string, more map[string]string) {
	t.Helper()
	info := name + "-" + version + ".dist-info/"
	files := map[string]string{
		name + ".py":      "version = '" + version + "'\n",
		info + "METADATA": "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n",
		info + "WHEEL":    "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: " + tag + "\n",
	}
	maps.Copy(files, more)
	record := info + "RECORD,,\n"
	for _, f := range slices.Sorted(maps.Keys(files)) {
		sum := sha256.Sum256([]byte(files[f]))
		record += fmt.Sprintf("%s,sha256=%s,%d\n", f, base64.RawURLEncoding.EncodeToString(sum[:]), len(files[f]))
	}
	files[info+"RECORD"] = record
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: f, Method: zip.Deflate, Modified: time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC)}
		h.SetMode(0o644)
		w, err := z.CreateHeader(h)
		require.NoError(t, err)
		_, err = w.Write([]byte(files[f]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	x.add(name, fmt.Sprintf("%s-%s-%s.whl", name, version, tag), b.Bytes())
}

// ServeHTTP implements the simple index of PEP 503.
func (x *index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); x.user != "" && (user != x.user || password != x.password) {
		w.Header().Set("WWW-Authenticate", `Basic realm="packages"`)
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	}
	if files, ok := x.files[path.Base(r.URL.Path)]; ok && strings.HasPrefix(r.URL.Path, "/simple/") {
		w.Header().Set("Content-Type", "text/html")
		for _, f := range slices.Sorted(maps.Keys(files)) {
			_, _ = fmt.Fprintf(w, "<a href=\"/files/%s#sha256=%x\">%s</a>\n", f, sha256.Sum256(files[f]), f) //nolint:errcheck // the client sees what is missing
		}
		return
	}
	for _, files := range x.files {
		if data, ok := files[path.Base(r.URL.Path)]; ok && strings.HasPrefix(r.URL.Path, "/files/") {
			http.ServeContent(w, r, path.Base(r.URL.Path), time.Time{}, bytes.NewReader(data))
			return
		}
	}
	http.NotFound(w, r)
}
