package python

import (
	"os"
	"path/filepath"
	"sync"
)

// Known are sets of packages of the cache that were found whole. An Installer that
// has one looks at all files of a set once, and then at its manifest alone: a
// hundred pipelines with one set do not look at its thousands of files each. It may
// be used by several Installers at one time. The zero value knows none.
type Known struct {
	sets sync.Map // of the set's folder
}

// knownSet is a set as it was found.
type knownSet struct {
	manifest os.FileInfo
	packages *Packages
}

// load is entry.load for a set that is not known.
func (k *Known) load(e entry) *Packages {
	if k == nil {
		return e.load()
	}
	info, err := os.Stat(filepath.Join(e.folder(), manifestFile))
	if err != nil {
		return nil
	}
	if found, ok := k.sets.Load(e.folder()); ok {
		// A set that was made anew has another manifest.
		if s := found.(knownSet); os.SameFile(s.manifest, info) && s.manifest.ModTime().Equal(info.ModTime()) {
			return s.packages
		}
	}
	p := e.load()
	if p != nil {
		k.sets.Store(e.folder(), knownSet{info, p})
	}
	return p
}
