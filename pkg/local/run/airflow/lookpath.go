package airflow

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// LookPath finds a program in the folders of a PATH that is not this process's own.
func LookPath(path, name string) (string, error) {
	if strings.ContainsRune(name, filepath.Separator) {
		return name, nil
	}
	for _, folder := range filepath.SplitList(path) {
		file := filepath.Join(folder, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", fmt.Errorf("there is no program %q in the PATH of this Airflow", name)
}
