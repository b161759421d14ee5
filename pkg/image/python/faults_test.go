package python

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const any3 = "py3-none-any"

// What a person did wrong, or the index, is told with the place, by both tools.
func TestFailures(t *testing.T) {
	x := newIndex(t)
	good := x.wheel(t, "good", "1.0", any3, nil, map[string]string{"good.py": "x = 1\n"})
	x.wheel(t, "good", "2.0", any3, nil, map[string]string{"good.py": "x = 2\n"})
	x.wheel(t, "needy", "1.0", any3, []string{"good<2"}, nil)
	x.wheel(t, "orphan", "1.0", any3, []string{"nowhere"}, nil)
	x.wheel(t, "future", "1.0", any3, []string{"Requires-Python: >=3.13"}, nil)
	x.wheel(t, "windows", "1.0", "cp312-cp312-win_amd64", nil, nil)
	x.wheel(t, "newer", "1.0", "cp313-cp313-manylinux_2_17_x86_64", nil, nil)
	x.wheel(t, "young", "1.0", "cp312-cp312-manylinux_2_39_x86_64", nil, nil)
	x.add("source", "source-1.0.tar.gz", []byte("not read"))
	zeros := "sha256:" + strings.Repeat("0", 64)
	for _, test := range []struct {
		name    string
		lines   []string
		line    int
		summary string
		detail  []string
	}{
		{"sdist only", []string{"good==1.0", "source==1.0"}, 2, "a package has no wheel for the image", []string{"source==1.0", "3.12", "linux/amd64", "source distributions only"}},
		{"other platform", []string{"good==1.0", "windows==1.0"}, 2, "a package has no wheel for the image", []string{"windows==1.0", "other platforms"}},
		{"other Python", []string{"good==1.0", "newer==1.0"}, 2, "a package has no wheel for the image", []string{"newer==1.0"}},
		{"newer glibc", []string{"good==1.0", "young==1.0"}, 2, "a package has no wheel for the image", []string{"young==1.0", "2.34"}},
		{"Requires-Python", []string{"good==1.0", "future==1.0"}, 2, "a package is for other versions of Python", []string{"future", ">=3.13"}},
		{"no such project", []string{"good==1.0", "", "nowhere==1.0"}, 3, "a required package does not exist", []string{"nowhere"}},
		{"needed by another", []string{"good==1.0", "orphan==1.0"}, 0, "a required package does not exist", []string{"nowhere"}},
		{"no such version", []string{"", "good==7.5"}, 2, "a required version does not exist", []string{"good==7.5"}},
		{"conflict", []string{"needy==1.0", "good==2.0"}, 2, "requirements exclude each other", []string{"needy==1.0 (src/raw/weather/requirements.txt:1)", "good==2.0 (src/raw/weather/requirements.txt:2)"}},
		{"wrong hash", []string{"good==1.0 --hash=" + zeros}, 1, "a package is not the one whose hash is given", []string{strings.Repeat("0", 64)}},
		{"need without hash", []string{"needy==1.0 --hash=" + x.hash("needy-1.0-py3-none-any.whl")}, 0, "a package has no hash, and others have", []string{"good"}},
		{"not pinned", []string{"good>=1.0 --hash=" + good}, 1, "a package has no hash, and others have", []string{"good"}},
	} {
		for _, tool := range tools {
			t.Run(test.name+" "+string(tool), func(t *testing.T) {
				in := x.from(t, tool)
				_, err := in.Packages(t.Context(), "function weather", requirementsTxt(test.lines...), aws312)
				p := asProblem(t, err)
				assert.Equal(t, test.summary, p.Summary, p.Error())
				assert.Equal(t, "src/raw/weather/requirements.txt", p.File)
				if test.line > 0 {
					assert.Equal(t, test.line, p.Line)
				}
				for _, d := range append(test.detail, "function weather") {
					assert.Contains(t, p.Detail, d)
				}
				assert.NotEmpty(t, p.Hint)
				assert.NotContains(t, p.Error(), in.Cache)
				noHalfMade(t, in)
			})
		}
	}
}

// An index that does not answer, or not to us, is told, and a rerun goes on.
func TestIndexFailures(t *testing.T) {
	for _, test := range []struct {
		name    string
		status  int
		closed  bool
		summary string
	}{
		{"unauthorized", http.StatusUnauthorized, false, "a package index does not accept the credentials"},
		{"forbidden", http.StatusForbidden, false, "a package index refuses access"},
		{"broken", http.StatusInternalServerError, false, "a package index cannot be reached"},
		{"closed", 0, true, "a package index cannot be reached"},
	} {
		for _, tool := range tools {
			t.Run(test.name+" "+string(tool), func(t *testing.T) {
				x := newIndex(t)
				x.wheel(t, "good", "1.0", any3, nil, nil)
				x.status = test.status
				address := strings.Replace(x.URL, "http://", "http://user:canary-5e5e@", 1) + "/simple"
				if test.closed {
					x.Close()
				}
				in := x.from(t, tool, "PIP_INDEX_URL="+address)
				_, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
				p := asProblem(t, err)
				assert.Equal(t, test.summary, p.Summary)
				assert.NotContains(t, p.Error(), "canary")
				assert.Equal(t, 1, p.Line)
				assert.Contains(t, p.Detail, "127.0.0.1")
				noHalfMade(t, in)
				if test.closed {
					return
				}
				x.status = 0
				made, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
				require.NoError(t, err)
				assert.False(t, made.Reused)
			})
		}
	}
}

// A call that is cancelled while the index answers leaves nothing, and the next goes on.
func TestCancelled(t *testing.T) {
	for _, tool := range tools {
		t.Run(string(tool), func(t *testing.T) {
			x := newIndex(t)
			x.wheel(t, "good", "1.0", any3, nil, nil)
			ctx, cancel := context.WithCancel(t.Context())
			x.hook = func(r *http.Request) {
				cancel()
				<-r.Context().Done() // the tool is ended and drops the connection
			}
			in := x.from(t, tool)
			_, err := in.Packages(ctx, "function weather", requirementsTxt("good==1.0"), aws312)
			require.ErrorIs(t, err, context.Canceled)
			assert.Contains(t, err.Error(), "weather")
			noHalfMade(t, in)
			x.hook = nil
			_, err = in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
			require.NoError(t, err)
		})
	}
}

func asProblem(t *testing.T, err error) problem.Problem {
	t.Helper()
	require.Error(t, err)
	t.Log(err)
	var p problem.Problem
	require.True(t, errors.As(err, &p), "%T", err)
	return p
}

// noHalfMade looks into the cache: there is neither an entry nor a temporary folder.
func noHalfMade(t *testing.T, in *Installer) {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(in.Cache, "python"))
	require.NoError(t, err)
	for _, e := range left {
		assert.Contains(t, []string{"locks", "pip", "uv"}, e.Name())
	}
}
