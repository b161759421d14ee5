package python

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Many calls for one set, from installers of their own, make it once.
func TestMadeOnce(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3, nil, map[string]string{"good.py": "x = 1\n"})
	first := x.from(t, Pip)
	var group sync.WaitGroup
	results := make([]*Packages, 6)
	errs := make([]error, len(results))
	for i := range results {
		in := *first
		in.Progress = nil
		group.Go(func() {
			results[i], errs[i] = in.Packages(t.Context(), "function weather", requirementsTxt("# a comment", "good==1.0"), aws312)
		})
	}
	group.Wait()
	made := 0
	for i, p := range results {
		require.NoError(t, errs[i])
		if !p.Reused {
			made++
		}
		assert.Equal(t, results[0].Key, p.Key)
		for j, f := range p.Files {
			assert.Equal(t, results[0].Files[j], f)
		}
	}
	assert.Equal(t, 1, made)
	// The key is of what is asked for, not of comments, places or credentials.
	moved := Requirements{Roots: []Root{{"requirements.txt", RequirementsTxt}}, Files: map[string][]byte{"requirements.txt": []byte("good==1.0  # here\n")}}
	again := *first
	again.Environ = append(again.Environ, "PIP_INDEX_URL="+strings.Replace(x.URL, "http://", "http://new:token@", 1)+"/simple")
	p, err := again.Packages(t.Context(), "function another", moved, aws312)
	require.NoError(t, err)
	assert.True(t, p.Reused)
	other, err := first.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), awsTarget("3.11"))
	require.NoError(t, err)
	assert.False(t, other.Reused)
	assert.NotEqual(t, p.Key, other.Key)
}

// A damaged entry is made anew; files beside it do not matter.
func TestDamagedEntryIsMadeAgain(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3, nil, map[string]string{"good.py": "x = 1\n", "run.sh": "#!/bin/sh\n"})
	in, req := x.from(t, Pip), requirementsTxt("good==1.0")
	first, err := in.Packages(t.Context(), "function weather", req, aws312)
	require.NoError(t, err)
	want := readAll(t, first)
	require.NoError(t, os.WriteFile(filepath.Join(first.Entry, "layer.tar.gz"), []byte("kept"), 0o600))
	reused, err := in.Packages(t.Context(), "function weather", req, aws312)
	require.NoError(t, err)
	require.True(t, reused.Reused)
	first.Reused = true
	assert.Equal(t, first, reused)
	for name, damage := range map[string]func() error{
		"shorter file":  func() error { return os.Truncate(first.Files[0].Path, 1) },
		"missing file":  func() error { return os.Remove(first.Files[0].Path) },
		"other mode":    func() error { return os.Chmod(first.Files[0].Path, 0o755) },
		"manifest":      func() error { return os.Truncate(filepath.Join(first.Entry, "manifest.json"), 100) },
		"link, no file": func() error { return os.Rename(first.Dir, first.Dir+"x") },
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, damage())
			again, err := in.Packages(t.Context(), "function weather", req, aws312)
			require.NoError(t, err)
			assert.False(t, again.Reused)
			assert.Equal(t, want, readAll(t, again))
		})
	}
}

// What killed runs left is swept: of the same set at once, of others when it is old.
func TestSweep(t *testing.T) {
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3, nil, nil)
	in, req := x.from(t, Pip), requirementsTxt("good==1.0")
	p, err := req.read("weather", aws312)
	require.NoError(t, err)
	own := filepath.Join(in.folder(), in.entry(p, aws312).temporary()+"123")
	young, old := filepath.Join(in.folder(), "making-other-1"), filepath.Join(in.folder(), "making-other-2")
	for _, f := range []string{own, young, old} {
		require.NoError(t, os.MkdirAll(filepath.Join(f, "work"), 0o700))
	}
	past := time.Now().Add(-48 * time.Hour)
	require.NoError(t, os.Chtimes(old, past, past))
	_, err = in.Packages(t.Context(), "function weather", req, aws312)
	require.NoError(t, err)
	assert.NoDirExists(t, own)
	assert.NoDirExists(t, old)
	assert.DirExists(t, young)
}

// A tool that is killed while it downloads is told, and nothing half-made stays.
func TestToolKilled(t *testing.T) {
	for _, tool := range tools {
		t.Run(string(tool), func(t *testing.T) {
			x := newIndex(t)
			x.wheel(t, "good", "1.0", any3, nil, nil)
			in := x.from(t, tool)
			killed := false
			x.hook = func(r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/files/") && !killed {
					killed = true
					killReader(t, in.Cache)
					<-r.Context().Done()
				}
			}
			_, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
			p := asProblem(t, err)
			assert.Equal(t, "the program that gets Python packages was ended", p.Summary)
			noHalfMade(t, in)
			_, err = in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
			require.NoError(t, err)
		})
	}
}

// killReader ends the one process whose arguments name the cache of this test.
func killReader(t *testing.T, cache string) {
	found, err := filepath.Glob("/proc/[0-9]*/cmdline")
	assert.NoError(t, err)
	for _, f := range found {
		data, err := os.ReadFile(f)
		if err != nil || !strings.Contains(string(data), cache) {
			continue
		}
		var pid int
		for _, c := range filepath.Base(filepath.Dir(f)) {
			pid = pid*10 + int(c-'0')
		}
		assert.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	}
}

// A cache on a disk without room is told, with either tool, and with room the
// same call goes on.
func TestDiskFull(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("a small disk can be mounted by root only")
	}
	for _, tool := range tools {
		for _, size := range []string{"4096k", "900k", "96k"} {
			t.Run(string(tool)+" "+size, func(t *testing.T) {
				x := newIndex(t)
				// Random enough that the wheel is as large as its content.
				big := strings.Repeat("0123456789abcdef", 1<<17)
				x.wheel(t, "good", "1.0", any3, nil, map[string]string{"big.bin": big, "bigger.bin": big + big})
				in := x.from(t, tool)
				if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", in.Cache).CombinedOutput(); err != nil {
					t.Skipf("a small disk cannot be mounted: %s", out)
				}
				mounted := true
				unmount := func() {
					if mounted {
						mounted = false
						out, err := exec.Command("umount", in.Cache).CombinedOutput()
						assert.NoError(t, err, "%s", out)
					}
				}
				t.Cleanup(unmount)
				_, err := in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
				p := asProblem(t, err)
				assert.Equal(t, "the disk is full while Python packages are made", p.Summary)
				assert.Contains(t, p.Resource, "weather")
				noHalfMade(t, in)
				unmount()
				_, err = in.Packages(t.Context(), "function weather", requirementsTxt("good==1.0"), aws312)
				require.NoError(t, err)
			})
		}
	}
}
