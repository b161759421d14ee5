package state

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// defaultLogDir is where write-ahead files are without WithLogDir. They are no
// cache: until an ended run is taken up they are the only copy of its last
// second. So they are where programs keep their state. Source:
// https://specifications.freedesktop.org/basedir-spec/latest/
func defaultLogDir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "dorc", "wal"), nil
	}
	home, err := os.UserHomeDir()
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		home, err = os.UserConfigDir()
	} else {
		home = filepath.Join(home, ".local", "state")
	}
	if err != nil {
		return "", errors.Join(errors.New("no folder for the write-ahead file"), err)
	}
	return filepath.Join(home, "dorc", "wal"), nil
}
