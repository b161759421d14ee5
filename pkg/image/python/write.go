package python

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// PackageFile is a file of the packages.
type PackageFile struct {
	// Name is the path in the image without the leading slash.
	Name string `json:"name"`
	// Path is the file on this machine.
	Path string `json:"-"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// Executable tells the mode, 0755 or else 0644.
	Executable bool `json:"executable,omitempty"`
	// Hash is the SHA-256 of the content.
	Hash [sha256.Size]byte `json:"-"`
	// Digest is Hash in hexadecimal digits.
	Digest string `json:"sha256"`
}

// write writes all files below a folder, with a RECORD for each wheel.
func (l *layout) write(ctx context.Context, folder string, wheels map[string]*wheel) ([]PackageFile, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var all []PackageFile
	byName := map[string]PackageFile{}
	put := func(name string, f wheelFile) (PackageFile, error) {
		p, err := writeFile(root, name, f)
		all, byName[name] = append(all, p), p
		return p, err
	}
	for _, name := range sortedKeys(l.files) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := put(name, l.files[name].wheelFile); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, project := range sortedKeys(wheels) {
		w := wheels[project]
		if err := w.verify(l, byName); err != nil {
			return nil, err
		}
		name := path.Join(relative(l.target.SitePackages), w.info, "RECORD")
		if _, err := put(name, inMemory(l.record(project, name, byName), false)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	slices.SortFunc(all, func(a, b PackageFile) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

func writeFile(root *os.Root, name string, f wheelFile) (PackageFile, error) {
	p := PackageFile{Name: name, Executable: f.executable}
	local := filepath.FromSlash(name)
	if err := root.MkdirAll(filepath.Dir(local), 0o755); err != nil {
		return p, err
	}
	mode := os.FileMode(0o644)
	if f.executable {
		mode = 0o755
	}
	r, err := f.open()
	if err != nil {
		return p, err
	}
	defer r.Close()
	out, err := root.OpenFile(local, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return p, err
	}
	h := sha256.New()
	p.Size, err = io.Copy(io.MultiWriter(out, h), r)
	// The umask takes bits away that the mode is to have.
	err = errors.Join(err, out.Chmod(mode), out.Close())
	h.Sum(p.Hash[:0])
	p.Digest = hex.EncodeToString(p.Hash[:])
	return p, err
}

// record is the wheel's RECORD: its files as they lie in the image. Source:
// https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
func (l *layout) record(project, own string, files map[string]PackageFile) []byte {
	rows := [][]string{{l.fromSite(own), "", ""}}
	for _, name := range l.owned[project] {
		f := files[name]
		rows = append(rows, []string{l.fromSite(name), "sha256=" + recordHash(f.Hash), strconv.FormatInt(f.Size, 10)})
	}
	slices.SortFunc(rows, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a strings.Builder takes every write
	return []byte(b.String())
}

func recordHash(h [sha256.Size]byte) string { return base64.RawURLEncoding.EncodeToString(h[:]) }

// fromSite is an image path relative to the folder of packages.
func (l *layout) fromSite(name string) string {
	rel, err := filepath.Rel(filepath.FromSlash(l.target.SitePackages), filepath.FromSlash("/"+name))
	if err != nil {
		return "/" + name // both are absolute, so there is a way
	}
	return filepath.ToSlash(rel)
}

// verify compares what was written with the hashes of the wheel's own RECORD.
func (w *wheel) verify(l *layout, written map[string]PackageFile) error {
	f, ok := w.files[w.info+"/RECORD"]
	if !ok {
		return nil // an old wheel; the index's hash and the archive's checksums hold
	}
	data, err := f.read(maxMetadata)
	if err != nil {
		return err
	}
	reader := csv.NewReader(strings.NewReader(string(data)))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	rows, err := reader.ReadAll()
	if err != nil {
		return &damaged{w.info, "its RECORD is not understood: " + err.Error()}
	}
	for _, row := range rows {
		if len(row) < 2 || !strings.HasPrefix(row[1], "sha256=") || strings.HasPrefix(row[0], w.data+"/scripts/") {
			continue
		}
		if _, ok := w.files[row[0]]; !ok {
			continue
		}
		target, _, err := l.place(w, row[0])
		if err != nil {
			return err
		}
		p, ok := written[target]
		if !ok || l.files[target].project != w.project() || strings.TrimRight(strings.TrimPrefix(row[1], "sha256="), "=") == recordHash(p.Hash) {
			continue
		}
		return &damaged{w.info, fmt.Sprintf("%s is not what its RECORD says", row[0])}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
