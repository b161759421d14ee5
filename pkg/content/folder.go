package content

import (
	"errors"
	"io/fs"
	"os"
)

// folder is a folder of the config repo. It is opened once: to go the whole way from the
// repo's root for each file costs more than to read the file.
type folder struct {
	root *os.Root
	// repo is the same folder as the config repo sees it, to which its links may lead.
	repo fs.FS
}

func openFolder(repo *os.Root, rel string) (*folder, error) {
	whole, err := fs.Sub(repo.FS(), rel)
	if err != nil {
		return nil, err
	}
	root, err := repo.OpenRoot(rel)
	if err != nil {
		return nil, err
	}
	return &folder{root: root, repo: whole}, nil
}

// Close ends reading.
func (f *folder) Close() error { return f.root.Close() }

// Open opens a file of the folder, or one elsewhere in the config repo that a link of the
// folder leads to.
func (f *folder) Open(name string) (fs.File, error) {
	file, err := f.root.FS().Open(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	return f.repo.Open(name)
}
