package base

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// The places that Dataflow's images have. Sources:
// https://cloud.google.com/dataflow/docs/guides/build-container-image,
// https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates
const (
	// BeamFolder is what a worker needs of the SDK image besides Python packages.
	BeamFolder = "/opt/apache/beam"
	// BootFile starts a worker.
	BootFile = BeamFolder + "/boot"
	// LauncherFile launches a flex template.
	LauncherFile = "/opt/google/dataflow/python_template_launcher"
)

// Contents is what an image of Dataflow's has, as far as images made from it need
// to know.
type Contents struct {
	// Packages are the installed Python packages.
	Packages []Package `json:"packages"`
	// Interpreters are the paths of python3.<minor> in the image.
	Interpreters []string `json:"interpreters"`
	// Launcher says that it has LauncherFile.
	Launcher bool `json:"launcher"`
	// Beam are the files and links of BeamFolder, sorted by name.
	Beam []File `json:"beam"`

	// dir has the files' contents.
	dir string
}

// File is a file of an image, or a symbolic link.
type File struct {
	// Name is the path in the image without the first slash.
	Name       string `json:"name"`
	Executable bool   `json:"executable,omitempty"`
	// Link is what a symbolic link has; such a file has no content.
	Link string `json:"link,omitempty"`
	// Size is in bytes; SHA256 is the content's, in hexadecimal digits.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256,omitempty"`
	// Content is the name of the file with the content, in the cache.
	Content string `json:"content,omitempty"`
}

// Path is the file of this machine that has a file's content.
func (c *Contents) Path(f File) string { return filepath.Join(c.dir, f.Content) }

// Reader finds out what images have, each once by its digest.
type Reader struct {
	// Finder finds the images. Required.
	Finder *Finder
	// Cache is the folder for what was found. Several processes may share it. Required.
	Cache string

	mutex sync.Mutex
	read  map[string]func() (*Contents, error)
}

// contentsFormat is changed when Contents, or what is looked for, is changed.
const contentsFormat = "1"

const contentsFile = "contents.json"

// Contents reads all layers of an image, or what an earlier call has found. Say
// hears that it takes a while. The digest must be known.
func (r *Reader) Contents(ctx context.Context, b Base, say func(string)) (*Contents, error) {
	r.mutex.Lock()
	once, ok := r.read[b.Digest]
	if !ok {
		once = sync.OnceValues(func() (*Contents, error) { return r.find(ctx, b, say) })
		if r.read == nil {
			r.read = map[string]func() (*Contents, error){}
		}
		r.read[b.Digest] = once
	}
	r.mutex.Unlock()
	return once()
}

func (r *Reader) find(ctx context.Context, b Base, say func(string)) (*Contents, error) {
	_, hex, _ := strings.Cut(b.Digest, ":")
	if hex == "" {
		return nil, errors.New("the digest of " + b.Name + " is not known")
	}
	dir := filepath.Join(r.Cache, contentsFormat, hex)
	if found, err := load(dir); err == nil {
		return found, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, err
	}
	unlock, err := lockfile.Lock(ctx, dir+".lock")
	if err != nil {
		return nil, err
	}
	defer unlock()
	if found, err := load(dir); err == nil {
		return found, nil
	}
	say("reading " + b.Name)
	image, err := r.Finder.Image(ctx, b)
	if err != nil {
		return nil, err
	}
	if err := r.write(image, b, dir); err != nil {
		return nil, err
	}
	return load(dir)
}

func (r *Reader) write(image v1.Image, b Base, dir string) error {
	temporary, err := os.MkdirTemp(filepath.Dir(dir), ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) // gone already when it was renamed
	found, err := inventory(b.Name, image, temporary)
	if err != nil {
		return err
	}
	data, err := json.Marshal(found)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temporary, contentsFile), data, 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil { // what could not be read
		return err
	}
	return os.Rename(temporary, dir)
}

// load reads what was found before.
func load(dir string) (*Contents, error) {
	data, err := os.ReadFile(filepath.Join(dir, contentsFile))
	if err != nil {
		return nil, err
	}
	found := &Contents{dir: dir}
	if err := json.Unmarshal(data, found); err != nil {
		return nil, err
	}
	for _, f := range found.Beam {
		if f.Link != "" {
			continue
		}
		if info, err := os.Stat(found.Path(f)); err != nil || info.Size() != f.Size {
			return nil, errors.New("a file of the cache is not whole")
		}
	}
	return found, nil
}

// Package is the installed package of this normalized name in a folder of packages.
func (c *Contents) Package(name, site string) (Package, bool) {
	i := slices.IndexFunc(c.Packages, func(p Package) bool { return p.Name == name && path.Dir(p.Info) == slashless(site) })
	if i < 0 {
		return Package{}, false
	}
	return c.Packages[i], true
}
