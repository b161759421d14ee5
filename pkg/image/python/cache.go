package python

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/internal/lockfile"
)

// format is changed when the same requirements make other files, so that every
// set is made again.
const format = "dorc python packages 1"

const (
	entryFolder  = "entry"
	filesFolder  = "files"
	manifestFile = "manifest.json"
)

// abandoned is the age from which a temporary folder of any set is swept: its
// process was killed.
const abandoned = 24 * time.Hour

// entry is the place of a set of packages in the cache.
type entry struct {
	in  *Installer
	key string
}

// manifest is what an entry is checked against. It is written last.
type manifest struct {
	Format    string         `json:"format"`
	Installed []Distribution `json:"installed"`
	Files     []PackageFile  `json:"files"`
}

// entry names the set by everything that decides its content. Comments, order of
// blank lines and the files' places do not.
func (in *Installer) entry(p *plan, t Target) entry {
	h := sha256.New()
	// A hash takes every write.
	_, _ = fmt.Fprintf(h, "%s\n%s %s %d %s %s %s\n", format, t.full(), t.Platform, t.manylinux(), t.Interpreter, t.SitePackages, t.Scripts)
	for _, g := range p.groups {
		_, _ = fmt.Fprintf(h, "group %v %v\n%s\nconstraints\n%s\n", g.hashed, g.locked, redactURLs(string(lines(g.requirements, nil))), redactURLs(string(lines(g.constraints, nil))))
	}
	x := userIndexes(in.getenv, in.Tool != Pip).with(p.settings, in.getenv)
	where := slices.Concat([]string{x.main}, x.extra, []string{"links"}, x.findLinks)
	for _, w := range where {
		_, _ = fmt.Fprintf(h, "%q\n", userinfo.ReplaceAllString(unnamed(w), "${1}"))
	}
	_, _ = fmt.Fprintf(h, "%v %v\n", x.noIndex, p.settings.pre)
	return entry{in: in, key: hex.EncodeToString(h.Sum(nil))[:32]}
}

func (e entry) folder() string    { return filepath.Join(e.in.folder(), e.key) }
func (e entry) temporary() string { return "making-" + e.key + "-" }

// load returns the entry's packages when it is whole: every file is there with
// its size and mode.
func (e entry) load() *Packages {
	data, err := os.ReadFile(filepath.Join(e.folder(), manifestFile))
	if err != nil {
		return nil
	}
	sum, body, _ := strings.Cut(string(data), "\n")
	want := sha256.Sum256([]byte(body))
	var m manifest
	if sum != hex.EncodeToString(want[:]) || json.Unmarshal([]byte(body), &m) != nil || m.Format != format {
		return nil
	}
	p := &Packages{Files: m.Files, Installed: m.Installed, Reused: true}
	e.settle(p)
	for i, f := range p.Files {
		info, err := os.Lstat(f.Path)
		if err != nil || !info.Mode().IsRegular() || info.Size() != f.Size || (info.Mode()&0o100 != 0) != f.Executable {
			return nil
		}
		if n, err := hex.Decode(p.Files[i].Hash[:], []byte(f.Digest)); err != nil || n != sha256.Size {
			return nil
		}
	}
	return p
}

// settle fills in what depends on where the entry lies.
func (e entry) settle(p *Packages) {
	p.Key, p.Entry, p.Dir = e.key, e.folder(), filepath.Join(e.folder(), filesFolder)
	for i, f := range p.Files {
		p.Files[i].Path = filepath.Join(p.Dir, filepath.FromSlash(f.Name))
	}
}

// finish writes the manifest and puts the entry into its place at once.
func (e entry) finish(temporary string, p *Packages) error {
	body, err := json.Marshal(manifest{Format: format, Installed: p.Installed, Files: p.Files})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	folder := filepath.Join(temporary, entryFolder)
	text := hex.EncodeToString(sum[:]) + "\n" + string(body)
	if err := os.WriteFile(filepath.Join(folder, manifestFile), []byte(text), 0o644); err != nil {
		return err
	}
	// One that lies there did not load: it is damaged.
	if err := os.RemoveAll(e.folder()); err != nil {
		return err
	}
	e.settle(p)
	return os.Rename(folder, e.folder())
}

// sweep removes what killed runs have left: the lock is held, so nobody makes
// this set now.
func (e entry) sweep() error {
	left, err := filepath.Glob(filepath.Join(e.in.folder(), "making-*"))
	if err != nil {
		return err
	}
	for _, folder := range left {
		info, err := os.Stat(folder)
		old := err == nil && time.Since(info.ModTime()) > abandoned
		if old || strings.HasPrefix(filepath.Base(folder), e.temporary()) {
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// lock waits for another call or process that makes the same set, or for the context.
func (e entry) lock(ctx context.Context) (func(), error) {
	return lockfile.Lock(ctx, filepath.Join(e.in.folder(), "locks", e.key))
}
