package gcs

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask sends a request as it would come over the network.
func ask(e *Endpoint, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://local"+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestRefusals(t *testing.T) {
	e, folder, _ := start(t, "plain")
	for _, test := range []struct {
		method, path, body string
		code               int
		says               string
	}{
		{"GET", "/storage/v1/b/.meta", "", 404, "does not exist: .meta"},
		{"GET", "/storage/v1/b/..", "", 404, "does not exist: .."},
		{"POST", "/upload/storage/v1/b/.meta/o?uploadType=media&name=x", "x", 404, "applying a stack"},
		{"POST", "/upload/storage/v1/b/%2E%2E%2Fout/o?uploadType=media&name=x", "x", 404, "does not exist: ../out"},
		{"GET", "/.meta/plain/created", "", 404, "does not exist: .meta"},
		{"POST", "/upload/storage/v1/b/plain/o?uploadType=media", "x", 400, "name"},
		{"POST", "/upload/storage/v1/b/plain/o?uploadType=other&name=x", "x", 400, "uploadType"},
		{"POST", "/upload/storage/v1/b/plain/o?uploadType=multipart&name=x", "x", 400, "no multipart"},
		{"POST", "/upload/storage/v1/b/plain/o?uploadType=media&name=x&ifGenerationMatch=one", "x", 400, "no number"},
		{"PUT", "/upload/storage/v1/b/plain/o?uploadType=resumable&upload_id=none", "x", 404, "no such upload"},
		{"POST", "/storage/v1/b/plain/o/x/compose", "{}", 400, "components"},
		{"GET", "/storage/v1/b/plain/o?pageToken=%21", "", 400, "pageToken"},
		{"GET", "/storage/v1/b/plain/o?maxResults=0", "", 400, "maxResults"},
		{"GET", "/storage/v1/b/plain/o/x/acl", "", 400, "uniform bucket-level access"},
		{"GET", "/storage/v1/b/plain/iam", "", 400, "no method GET /storage/v1/b/plain/iam"},
		{"POST", "/_internal/delete_all", "", 400, "no method"},
		{"DELETE", "/storage/v1/b/plain", "", 403, "applying a stack"},
	} {
		w := ask(e, test.method, test.path, test.body)
		assert.Equal(t, test.code, w.Code, test.path)
		assert.Contains(t, w.Body.String(), test.says, test.path)
	}
	there, err := os.ReadDir(filepath.Join(folder, "plain"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	assert.Empty(t, there)
}

// An upload goes on where it was when a connection broke.
func TestResume(t *testing.T) {
	e, folder, created := start(t, "plain")
	w := ask(e, "POST", "/upload/storage/v1/b/plain/o?uploadType=resumable&name=x", `{"metadata": {"k": "v"}}`, "X-Upload-Content-Type", "text/plain")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	to := strings.TrimPrefix(w.Header().Get("Location"), "http://local")
	send := func(body, contentRange string) *httptest.ResponseRecorder {
		return ask(e, "PUT", to, body, "Content-Range", contentRange)
	}

	w = send("", "bytes */*")
	assert.Equal(t, statusIncomplete, w.Code)
	assert.Empty(t, w.Header().Get("Range"))
	w = send("hello", "bytes 0-4/*")
	assert.Equal(t, "bytes=0-4", w.Header().Get("Range"))
	w = send("lo wo", "bytes 3-7/*") // three are there, two come new
	assert.Equal(t, "bytes=0-7", w.Header().Get("Range"))
	w = send("!", "bytes 20-20/21") // a gap is not filled
	assert.Equal(t, statusIncomplete, w.Code)
	assert.Equal(t, "bytes=0-7", w.Header().Get("Range"))
	assert.Empty(t, created())
	w = send("rld", "bytes 8-10/11")
	require.Equal(t, http.StatusOK, w.Code, w.Body)
	assert.Equal(t, w.Body.String(), send("", "bytes */11").Body.String(), "an answer that was lost is given again")
	text, err := os.ReadFile(filepath.Join(folder, "plain", "x"))
	require.NoError(t, err)
	assert.Equal(t, "hello world", string(text))
	assert.Equal(t, map[string]int64{"plain/x": 11}, created())
	for _, bad := range []string{"0-4", "bytes", "bytes a-b/*", "bytes 0-1/x"} {
		w = ask(e, "POST", "/upload/storage/v1/b/plain/o?uploadType=resumable&name=y", "")
		assert.Equal(t, http.StatusBadRequest, ask(e, "PUT", strings.TrimPrefix(w.Header().Get("Location"), "http://local"), "", "Content-Range", bad).Code, bad)
	}

	w = ask(e, "POST", "/upload/storage/v1/b/plain/o?uploadType=resumable&name=cancelled", "")
	to = strings.TrimPrefix(w.Header().Get("Location"), "http://local")
	assert.Equal(t, statusCancelled, ask(e, "DELETE", to, "").Code)
	assert.Equal(t, http.StatusNotFound, send("x", "bytes 0-0/1").Code)

	require.NoError(t, e.Close())
	left, err := os.ReadDir(filepath.Join(folder, ".meta", "plain", "incoming"))
	require.NoError(t, err)
	assert.Empty(t, left, "what did not come to its end leaves nothing")
}

// A file that a person put there, or changed, is an object as it is.
func TestFilesOfAPerson(t *testing.T) {
	e, folder, _ := start(t, "plain")
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "plain", "in"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "plain", "in", "a.csv"), []byte("hello"), 0o600))
	assert.Contains(t, ask(e, "GET", "/storage/v1/b/plain/o?prefix=in/", "").Body.String(), `"crc32c":"mnG7TA=="`)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "plain", "in", "a.csv"), []byte("hello, world"), 0o600))
	w := ask(e, "GET", "/storage/v1/b/plain/o/in%2Fa.csv?alt=media", "", "Range", "bytes=7-")
	body, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	assert.Equal(t, "world", string(body))
	assert.Equal(t, http.StatusPartialContent, w.Code)
	assert.Equal(t, "bytes 7-11/12", w.Header().Get("Content-Range"))
	assert.Equal(t, http.StatusRequestedRangeNotSatisfiable, ask(e, "GET", "/storage/v1/b/plain/o/in%2Fa.csv?alt=media", "", "Range", "bytes=40-").Code)
}

func FuzzRequest(f *testing.F) {
	f.Add("GET", "/storage/v1/b/plain/o/x", "")
	f.Add("POST", "/upload/storage/v1/b/plain/o?uploadType=media&name=..%2Fx", "body")
	f.Add("PATCH", "/storage/v1/b/plain/o/x", `{"metadata": null, "contentType": 1}`)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		r, err := http.NewRequest(method, "http://local/"+strings.TrimPrefix(path, "/"), strings.NewReader(body))
		if err != nil {
			return
		}
		e, folder, _ := start(t, "plain")
		e.ServeHTTP(httptest.NewRecorder(), r)
		for _, pattern := range []string{filepath.Dir(folder), folder} {
			there, err := os.ReadDir(pattern)
			require.NoError(t, err)
			for _, entry := range there {
				assert.Contains(t, []string{"buckets", "plain", ".meta"}, entry.Name())
			}
		}
	})
}
