package dbt

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
	"github.com/dorc-dev/dorc/pkg/problem"
)

var (
	pipVersion = regexp.MustCompile(`^={2,3}([A-Za-z0-9][A-Za-z0-9.!+_-]*)$`)
	pipName    = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	pipHash    = regexp.MustCompile(`^sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$`)
	pipExtra   = pipName
)

// pipfile reads a lock file of Pipenv, which is JSON. Source:
// https://pipenv.pypa.io/en/latest/pipfile.html
func (l *Lock) pipfile(data []byte) problem.List {
	f := &tree.File{Name: l.Shown}
	root := f.Read(data)
	if root == nil {
		if len(f.Problems) == 0 {
			f.Refuse(nil, "the lock file is empty", "", "Write it: pipenv lock.")
		}
		return f.Problems
	}
	entries, _ := f.Mapping(root, "a lock file")
	for _, e := range entries {
		switch e.Name {
		case "_meta":
			l.Python = python(f, e.Value)
		case "default":
			packages, _ := f.Mapping(e.Value, "default")
			for _, p := range packages {
				l.pipPackage(f, p)
			}
		}
	}
	return f.Problems
}

// python is the minor version that the file is for.
func python(f *tree.File, meta *yaml.Node) (version string) {
	entries, _ := f.Mapping(meta, "_meta")
	for _, e := range entries {
		if e.Name != "requires" {
			continue
		}
		requires, _ := f.Mapping(e.Value, "requires")
		for _, r := range requires {
			if r.Name == "python_version" {
				version = f.Text(r.Value, r.Name)
			}
		}
	}
	return version
}

func (l *Lock) pipPackage(f *tree.File, e tree.Entry) {
	p := Package{Name: normalize(e.Name), Line: e.Key.Line}
	if !pipName.MatchString(e.Name) {
		f.Refuse(e.Key, "a package is not understood", fmt.Sprintf("%q is not the name of a package", tree.Shorten(e.Name)), "Write the file anew: pipenv lock.")
		return
	}
	entries, ok := f.Mapping(e.Value, "the package "+e.Name)
	if !ok {
		return
	}
	for _, own := range entries {
		switch own.Name {
		case "version":
			if m := pipVersion.FindStringSubmatch(f.Text(own.Value, "version")); m != nil {
				p.Version = m[1]
			}
		case "markers":
			p.Marker = strings.ReplaceAll(f.Text(own.Value, "markers"), "\n", " ")
		case "extras":
			extras := f.Texts(own.Value, "extras")
			if slices.ContainsFunc(extras, func(s string) bool { return !pipExtra.MatchString(s) }) {
				f.Refuse(own.Value, "an extra is not understood", strings.Join(extras, ", "), "Write the file anew: pipenv lock.")
				return
			}
			p.Extras = strings.Join(extras, ",")
		case "hashes":
			p.Hashes = f.Texts(own.Value, "hashes")
			if slices.ContainsFunc(p.Hashes, func(s string) bool { return !pipHash.MatchString(s) }) {
				f.Refuse(own.Value, "a hash is not understood", "hashes are sha256:<64 hexadecimal digits>", "Write the file anew: pipenv lock.")
				return
			}
		}
	}
	if p.Version == "" {
		f.Refuse(e.Key, "a package is not pinned to a version", fmt.Sprintf("%q has no version ==…", e.Name), "Name a released version in the Pipfile, and lock again.")
		return
	}
	l.Packages = append(l.Packages, p)
}

// Requirements is the lock file in pip's format, for an installer. Each package
// stands on the line that it has in the file.
func (l *Lock) Requirements() []byte {
	var b bytes.Buffer
	at := 1
	for _, p := range l.Packages {
		for ; at < p.Line; at++ {
			b.WriteByte('\n')
		}
		b.WriteString(p.Name)
		if p.Extras != "" {
			b.WriteString("[" + p.Extras + "]")
		}
		b.WriteString("==" + p.Version)
		if p.Marker != "" {
			b.WriteString(" ; " + p.Marker)
		}
		for _, h := range p.Hashes {
			b.WriteString(" --hash=" + h)
		}
		b.WriteByte('\n')
		at++
	}
	return b.Bytes()
}

// IsPipfile says that the lock file is one of Pipenv, which installers of pip's
// format read as Requirements.
func (l *Lock) IsPipfile() bool { return strings.HasSuffix(l.File, pipfileLock) }
