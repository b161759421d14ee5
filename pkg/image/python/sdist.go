package python

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// sourceOnly is a release that has no wheel, and that something needs in just this
// version. It is pure Python and known by its hash, so a wheel is made of it
// without running any of its code: files are copied, and its setuptools metadata
// is written in the form that wheels have.
type sourceOnly struct {
	// name and version are as in the archive's name.
	name, version string
	// module is the folder that is installed, or the file of a single module.
	module string
	// below is the folder of the archive that has the module. Default: its root.
	below string
	// sha256 is of the archive.
	sha256 string
	// neededBy are the projects that cannot be installed without it. One that a lock
	// file names itself needs none.
	neededBy []string
}

// sourceOnlys are all of them. apache-beam[gcp] needs google-apitools before 0.5.32
// up to Python 3.12; the first wheel is of 0.5.35. The others have no wheel at all, and
// Airflow 2.10's lock file has them (pkg/airflow/lock); crcmod does without its
// module in C, only slower.
var sourceOnlys = []sourceOnly{{
	name: "google-apitools", version: "0.5.31", module: "apitools",
	sha256:   "4af0dd6dd4582810690251f0b57a97c1873dadfda54c5bc195844c8907624170",
	neededBy: []string{"apache-beam"},
}, {
	name: "crcmod", version: "1.7", module: "crcmod", below: "python3",
	sha256: "dc7051a0db5f2bd48665a990d3ec1cc305a466a77358ca4492826f41f283601e",
}, {
	name: "docopt", version: "0.6.2", module: "docopt.py",
	sha256: "49b3a825280bd66b3aa83585ef59c4a8c82f2c8a522dbe754a8bc8d08c85c491",
}, {
	name: "hdfs", version: "2.7.3", module: "hdfs",
	sha256: "752a21e43f82197dce43697c73f454ba490838108c73a57a9247efb66d1c0479",
}, {
	name: "python-nvd3", version: "0.16.0", module: "nvd3",
	sha256: "0115887289b3f751716ddd05c7b53ac5f05e71201e52496decdac453a50dcf7e",
}}

func (s sourceOnly) archive() string { return s.name + "-" + s.version + ".tar.gz" }

// folder is below with a slash at the end, or "".
func (s sourceOnly) folder() string {
	if s.below == "" {
		return ""
	}
	return s.below + "/"
}

func (s sourceOnly) stem() string { return strings.ReplaceAll(s.name, "-", "_") + "-" + s.version }

func (s sourceOnly) wheel() string { return s.stem() + "-py3-none-any.whl" }

// maxSource is the largest archive that is read, in bytes, also unpacked.
const maxSource = 32 << 20

// unpack reads the archive's files, by path below its folder.
func (s sourceOnly) unpack(archive []byte) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	files, left := map[string][]byte{}, int64(maxSource)
	for t := tar.NewReader(z); ; {
		header, err := t.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name, inside := strings.CutPrefix(path.Clean(header.Name), s.name+"-"+s.version+"/")
		if header.Typeflag != tar.TypeReg || !inside {
			continue
		}
		if left -= header.Size; left < 0 {
			return nil, fmt.Errorf("%s is larger than %d bytes unpacked", s.archive(), maxSource)
		}
		if files[name], err = io.ReadAll(t); err != nil {
			return nil, err
		}
	}
}

// toWheel makes a wheel of the files. The same files give the same bytes.
func (s sourceOnly) toWheel(files map[string][]byte) ([]byte, error) {
	egg, info := strings.ReplaceAll(s.name, "-", "_")+".egg-info/", s.stem()+".dist-info/"
	about, ok := files[egg+"PKG-INFO"]
	if !ok {
		about, ok = files["PKG-INFO"] // as distutils packed it
	}
	if !ok {
		return nil, fmt.Errorf("%s has no PKG-INFO", s.archive())
	}
	all := map[string][]byte{
		info + "METADATA": s.metadata(string(about), string(files[egg+"requires.txt"])),
		info + "WHEEL":    []byte("Wheel-Version: 1.0\nGenerator: dorc\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
	}
	for _, name := range []string{"entry_points.txt", "top_level.txt"} {
		if content, ok := files[egg+name]; ok {
			all[info+name] = content
		}
	}
	for name, content := range files {
		name, inside := strings.CutPrefix(name, s.folder())
		if inside && (name == s.module || strings.HasPrefix(name, s.module+"/")) && !isTest(name) {
			all[name] = content
		}
	}
	var record strings.Builder
	for _, name := range sortedKeys(all) {
		_, _ = fmt.Fprintf(&record, "%s,sha256=%s,%d\n", name, recordHash(sha256.Sum256(all[name])), len(all[name]))
	}
	all[info+"RECORD"] = []byte(record.String() + info + "RECORD,,\n")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range sortedKeys(all) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(all[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// isTest is true for what a package's own tests need.
func isTest(name string) bool {
	parts, base := strings.Split(path.Dir(name), "/"), path.Base(name)
	return slices.Contains(parts, "testdata") || slices.Contains(parts, "testing") || strings.HasSuffix(base, "_test.py") ||
		base == "test_util.py" || base == "test_utils.py"
}

// metadata adds what the package requires to PKG-INFO, after the version. Source of
// both forms: https://packaging.python.org/en/latest/specifications/core-metadata/,
// https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html#requires-txt
func (s sourceOnly) metadata(about, requires string) []byte {
	var lines []string
	marker := ""
	for line := range strings.Lines(requires) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line[0] == '[':
			extra, condition, _ := strings.Cut(strings.Trim(line, "[]"), ":")
			var parts []string
			if condition != "" {
				parts = append(parts, "("+condition+")")
			}
			if extra != "" {
				parts = append(parts, `extra == "`+extra+`"`)
				if line := "Provides-Extra: " + extra; !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
			marker = "; " + strings.Join(parts, " and ")
		default:
			lines = append(lines, "Requires-Dist: "+line+marker)
		}
	}
	before, after, _ := strings.Cut(about, "\nVersion: "+s.version+"\n")
	return []byte(before + "\nVersion: " + s.version + "\n" + strings.Join(lines, "\n") + "\n" + after)
}
