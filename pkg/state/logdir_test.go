package state

import (
	"path/filepath"
	"runtime"
	"testing"
)

// Write-ahead files are not in the cache, which a person may empty.
func TestDefaultLogDir(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, ".cache"))
	got, err := defaultLogDir()
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(home, ".local", "state", "dorc", "wal"); runtime.GOOS == "linux" && got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
	if got, err = defaultLogDir(); err != nil || got != filepath.Join(home, "state", "dorc", "wal") {
		t.Errorf("got %s, %v", got, err)
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if got, err = defaultLogDir(); err == nil {
		t.Errorf("without a home it is %s", got)
	}
}
