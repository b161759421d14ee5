package python

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wheel is a package as it is distributed, read from an archive or from a folder
// with the archive's content. Source:
// https://packaging.python.org/en/latest/specifications/binary-distribution-format/
type wheel struct {
	// name and version are of METADATA.
	name, version string
	// info is the folder name-version.dist-info, data is name-version.data.
	info, data string
	// files are by path in the archive.
	files map[string]wheelFile
	close func()
}

// project is the normalized name.
func (w *wheel) project() string { return normalize(w.name) }

// wheelFile is a file of a wheel.
type wheelFile struct {
	size       int64
	executable bool
	open       func() (io.ReadCloser, error)
}

func (f wheelFile) read(limit int64) ([]byte, error) {
	if f.size > limit {
		return nil, fmt.Errorf("has %d bytes, more than %d", f.size, limit)
	}
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, limit))
}

// damaged is a wheel that cannot be installed, whoever made it.
type damaged struct{ wheel, why string }

func (d *damaged) Error() string { return d.wheel + ": " + d.why }

func openArchive(file string) (*wheel, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) {
			return nil, &damaged{filepath.Base(file), "it is not a zip archive"}
		}
		return nil, err
	}
	w := &wheel{files: map[string]wheelFile{}, close: func() { _ = z.Close() }} // only read
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		w.files[f.Name] = wheelFile{size: int64(f.UncompressedSize64), executable: f.Mode()&0o111 != 0, open: f.Open}
	}
	if err := w.identify(filepath.Base(file)); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func openFolder(folder string) (*wheel, error) {
	w := &wheel{files: map[string]wheelFile{}, close: func() {}}
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return &damaged{filepath.Base(p), "it is not a regular file"}
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		w.files[filepath.ToSlash(rel)] = wheelFile{
			size: info.Size(), executable: info.Mode()&0o111 != 0, open: func() (io.ReadCloser, error) { return os.Open(p) },
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w, w.identify(filepath.Base(folder))
}

// maxMetadata is far beyond any METADATA, WHEEL, RECORD or entry_points.txt.
const maxMetadata = 32 << 20

// identify finds the wheel's folders, name and version, and checks its names.
func (w *wheel) identify(shown string) error {
	for name := range w.files {
		if why := badEntry(name); why != "" {
			return &damaged{shown, fmt.Sprintf("%q: %s", name, why)}
		}
		if dir, rest, ok := strings.Cut(name, "/"); ok && rest == "WHEEL" && strings.HasSuffix(dir, ".dist-info") {
			if w.info != "" {
				return &damaged{shown, "it has several .dist-info folders"}
			}
			w.info = dir
		}
	}
	if w.info == "" {
		return &damaged{shown, "it has no .dist-info/WHEEL"}
	}
	w.data = strings.TrimSuffix(w.info, ".dist-info") + ".data"
	format, err := w.header("WHEEL", "Wheel-Version")
	if err != nil {
		return err
	}
	if major, _, _ := strings.Cut(format, "."); major != "1" {
		return &damaged{w.info, fmt.Sprintf("its format is version %q; version 1 is known", format)}
	}
	if w.name, err = w.header("METADATA", "Name"); err != nil {
		return err
	}
	if w.version, err = w.header("METADATA", "Version"); err != nil {
		return err
	}
	if !extraForm.MatchString(w.name) || !versionText.MatchString(w.version) {
		return &damaged{w.info, fmt.Sprintf("METADATA has the name %q and the version %q", w.name, w.version)}
	}
	return nil
}

// header is a field of a file in the .dist-info folder.
func (w *wheel) header(file, field string) (string, error) {
	f, ok := w.files[w.info+"/"+file]
	if !ok {
		return "", &damaged{w.info, "it has no " + file}
	}
	data, err := f.read(maxMetadata)
	if err != nil {
		return "", fmt.Errorf("%s/%s: %w", w.info, file, err)
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxMetadata)
	for lines.Scan() && strings.TrimSpace(lines.Text()) != "" {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.EqualFold(key, field) {
			return strings.TrimSpace(value), nil
		}
	}
	return "", &damaged{w.info, fmt.Sprintf("%s has no %s", file, field)}
}

// badEntry says why a wheel cannot have a file of this name, or "".
func badEntry(name string) string {
	switch {
	case !utf8.ValidString(name):
		return "the name is not UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "the name has a control character"
	case path.IsAbs(name) || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, `\`):
		return "the name leads out of the package"
	}
	return ""
}
