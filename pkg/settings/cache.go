package settings

import (
	"os"
	"path/filepath"
)

// defaultCacheDir is dorc's folder in the user's cache folder, which one can
// empty at any time. A user without a home has it in dorc's own folder.
func defaultCacheDir(root string) string {
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "dorc")
	}
	return filepath.Join(root, LocalDirName, "cache")
}
