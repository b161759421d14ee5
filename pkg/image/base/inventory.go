package base

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// tree is the part of an image's files that matters, by path without the first slash.
type tree map[string]*node

// looking is one reading of an image.
type looking struct {
	store *store
	// also are files that matter because a hard link leads to them.
	also map[string]bool
}

// node is a file or a link of a tree. Folders are not kept.
type node struct {
	header *tar.Header
	// text is the content of what describes a package.
	text []byte
	file File
}

var described = regexp.MustCompile(`^.+/(?:site|dist)-packages/[^/]+\.dist-info/(?:METADATA|RECORD)$`)

// matters says what of an image is looked at.
func (l looking) matters(name string) bool {
	return l.also[name] || name == slashless(LauncherFile) || strings.HasPrefix(name, slashless(BeamFolder)+"/") || described.MatchString(name) || isInterpreter(name)
}

func isInterpreter(name string) bool {
	return interpreter.MatchString(path.Base(name)) && path.Base(path.Dir(name)) == "bin"
}

func slashless(name string) string { return strings.TrimPrefix(name, "/") }

// inventory reads an image's layers from the lowest to the highest, as a container
// engine would put them over each other, and writes the files of BeamFolder into a
// folder. Source of whiteouts and links:
// https://github.com/opencontainers/image-spec/blob/main/layer.md
func inventory(reference string, image v1.Image, dir string) (*Contents, error) {
	layers, err := image.Layers()
	if err != nil {
		return nil, err
	}
	l := looking{store: &store{dir: dir}, also: map[string]bool{}}
	all, err := l.read(layers)
	// Hard links out of what matters are rare, so the image is read again for them.
	for err == nil && all == nil {
		all, err = l.read(layers)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the image %s: %w", reference, err)
	}
	found := &Contents{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch n := all[name]; {
		case name == slashless(LauncherFile):
			found.Launcher = true
		case isInterpreter(name):
			found.Interpreters = append(found.Interpreters, "/"+name)
		case strings.HasPrefix(name, slashless(BeamFolder)+"/"):
			found.Beam = append(found.Beam, n.file)
		case path.Base(name) == "METADATA":
			var record []byte
			if r, ok := all[path.Join(path.Dir(name), "RECORD")]; ok {
				record = r.text
			}
			if p, ok := ReadPackage(path.Dir(name), n.text, record); ok {
				found.Packages = append(found.Packages, p)
			}
		}
	}
	return found, nil
}

// read reads the layers. The tree is nil when more matters than was known.
func (l looking) read(layers []v1.Layer) (tree, error) {
	all, known := tree{}, len(l.also)
	for _, layer := range layers {
		if err := l.add(all, layer); err != nil {
			return nil, err
		}
	}
	if len(l.also) > known {
		return nil, l.store.clear()
	}
	return all, nil
}

// add puts a layer over the tree.
func (l looking) add(t tree, layer v1.Layer) error {
	r, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer r.Close()
	upper := tree{}
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := l.entry(t, upper, header, archive); err != nil {
			return err
		}
	}
	for name, n := range upper {
		if n.header.Typeflag != tar.TypeLink || isInterpreter(name) {
			continue
		}
		to, linked := follow(n, upper, t)
		switch {
		case linked == nil && l.also[to]:
			return fmt.Errorf("/%s is a hard link to /%s, which is not there", name, to)
		case linked == nil:
			l.also[to] = true
		default:
			file := linked.file
			file.Name = name
			upper[name] = &node{header: linked.header, text: linked.text, file: file}
		}
	}
	maps.Copy(t, upper)
	return nil
}

// follow returns the file that a hard link leads to, by way of others; nil when it
// was not kept, with its path.
func follow(link *node, trees ...tree) (to string, found *node) {
	for range maxHops {
		to = slashless(path.Clean("/" + link.header.Linkname))
		found = nil
		for _, t := range trees {
			if found == nil {
				found = t[to]
			}
		}
		if found == nil || found.header.Typeflag != tar.TypeLink {
			return to, found
		}
		link = found
	}
	return to, nil
}

// maxHops is how many hard links may lead to each other.
const maxHops = 16

// The names of whiteouts. They hide what lower layers have, never what their own has.
const (
	whiteout = ".wh."
	opaque   = ".wh..wh..opq"
)

func (l looking) entry(t, upper tree, header *tar.Header, content io.Reader) error {
	name := slashless(path.Clean("/" + header.Name))
	dir, base := path.Dir(name), path.Base(name)
	switch {
	case base == opaque:
		t.remove(dir, false)
		return nil
	case strings.HasPrefix(base, whiteout):
		t.remove(path.Join(dir, strings.TrimPrefix(base, whiteout)), true)
		return nil
	case header.Typeflag == tar.TypeDir:
		delete(t, name)
		return nil
	}
	if strings.HasPrefix(slashless(BeamFolder)+"/", name+"/") {
		return problem.Problem{
			Resource: "image of /" + name,
			Summary:  "the image's folder of Beam is not a folder",
			Detail:   "/" + name + " is a link or a file",
			Hint:     "Use Beam's own SDK image, or one in which " + BeamFolder + " is a folder.",
		}
	}
	t.remove(name, true)
	if !l.matters(name) {
		return nil
	}
	n := &node{header: header, file: File{Name: name, Executable: header.Mode&0o111 != 0, Size: header.Size}}
	var err error
	switch {
	case header.Typeflag == tar.TypeSymlink:
		n.file = File{Name: name, Link: header.Linkname}
	case header.Typeflag == tar.TypeLink, isInterpreter(name):
	case header.Typeflag != tar.TypeReg:
		return nil
	case described.MatchString(name):
		n.text, err = io.ReadAll(io.LimitReader(content, maxDescription))
	case l.also[name]:
		var text bytes.Buffer
		n.file.Content, n.file.SHA256, err = l.store.put(io.TeeReader(content, &text))
		n.text = text.Bytes()
	case name != slashless(LauncherFile):
		n.file.Content, n.file.SHA256, err = l.store.put(content)
	}
	upper[name] = n
	return err
}

// maxDescription is far beyond any METADATA or RECORD.
const maxDescription = 32 << 20

// remove takes away what lower layers have below a path, and at it.
func (t tree) remove(name string, itself bool) {
	if itself {
		delete(t, name)
	}
	if name == "." || name == "" {
		clear(t)
		return
	}
	for other := range t {
		if strings.HasPrefix(other, name+"/") {
			delete(t, other)
		}
	}
}
