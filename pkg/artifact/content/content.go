package content

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// File is a file of an artifact.
type File struct {
	// Path is below the artifact's files, with slashes: dags/<line>/<layer>/<pipeline>/…
	// or dbt/<project>/….
	Path string
	// Data are its bytes.
	Data []byte
}

// DAG is a DAG of an artifact.
type DAG struct {
	// ID is the DAG's id in Airflow.
	ID string `json:"id"`
	// Pipeline is <layer>/<name>, the folder of its files below the service project's prefix.
	Pipeline string `json:"pipeline"`
	// EnvironmentLimit is set for a DAG that starts other pipelines.
	EnvironmentLimit *EnvironmentLimit `json:"environment_limit,omitempty"`
}

// Content is what an artifact is made of.
type Content struct {
	// Scope is <layer>/<name> for the content of one pipeline; "" for that of a whole
	// config repo.
	Scope string
	// Files are sorted by path.
	Files []File
	// DAGs are sorted by id.
	DAGs []DAG
	// Lines are the lines of Airflow that DAGs were compiled for, such as "2.10".
	Lines []string
	// DbtImages are images by dbt project, each named by its digest.
	DbtImages map[string]string
}

// Folders of an artifact's files.
const (
	dagsFolder = "dags"
	dbtFolder  = "dbt"
)

// DAGPath is the place of a compiled file of a line in an artifact; name is below
// the service project's prefix.
func DAGPath(line, name string) string { return path.Join(dagsFolder, line, name) }

// DbtPath is the place of a file of a dbt project in an artifact.
func DbtPath(project, name string) string { return path.Join(dbtFolder, project, name) }

// Deployed says where below the service project's prefix a file of an artifact
// belongs on an environment of the line; false when it belongs nowhere there.
func Deployed(line, file string) (name string, ok bool) {
	return strings.CutPrefix(file, dagsFolder+"/"+line+"/")
}

// Line is the line of Airflow that a file of an artifact is for, with its name below the
// service project's prefix; false for a file of no line.
func Line(file string) (line, name string, ok bool) {
	rest, ok := strings.CutPrefix(file, dagsFolder+"/")
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

// IsDAG says that Airflow reads DAGs from the file.
func IsDAG(name string) bool { return path.Ext(name) == ".py" }

// Sort puts files and DAGs into their order, and refuses what cannot be an artifact:
// two files of one path, paths that lead elsewhere, and two DAGs of one id.
func (c *Content) Sort() error {
	slices.SortFunc(c.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(c.DAGs, func(a, b DAG) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Pipeline, b.Pipeline))
	})
	slices.Sort(c.Lines)
	var found problem.List
	for i, f := range c.Files {
		if err := CheckPath(f.Path); err != nil {
			return err
		}
		if i > 0 && c.Files[i-1].Path == f.Path {
			return fmt.Errorf("artifact: two files are called %s", f.Path)
		}
	}
	for i, d := range c.DAGs {
		if i > 0 && c.DAGs[i-1].ID == d.ID {
			found = append(found, problem.Problem{
				Resource: "pipeline " + d.Pipeline, Summary: "two pipelines have one DAG id",
				Detail: fmt.Sprintf("%s and %s are both %q; Airflow would show one of them", c.DAGs[i-1].Pipeline, d.Pipeline, d.ID),
				Hint:   "Give one of them another dag_id.",
			})
		}
	}
	return found.Err()
}

// CheckPath refuses a path that is not a plain one below a folder.
func CheckPath(p string) error {
	if p == "" || path.Clean(p) != p || path.IsAbs(p) || p == ".." || strings.HasPrefix(p, "../") || strings.ContainsAny(p, "\\\x00\r\n") {
		return fmt.Errorf("artifact: %q is not a path of a file below a folder", p)
	}
	return nil
}

// Hash is the SHA-256 of the files, in hexadecimal digits: of their paths and bytes,
// and of nothing else. Plans compare it. An artifact's id has another one, of its
// manifest. Files must be sorted.
func (c *Content) Hash() string {
	sums := make([]Sum, len(c.Files))
	for i, f := range c.Files {
		sums[i] = Sum{Path: f.Path, SHA256: SHA256(f.Data)}
	}
	return HashOf(c.Scope, sums)
}

// Sum is the hash of one file.
type Sum struct{ Path, SHA256 string }

// hashFormat begins what is hashed. Change it with the format of what follows.
const hashFormat = "dorc artifact 1"

// HashOf is Hash for files of which only the sums are known, sorted by path.
func HashOf(scope string, files []Sum) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n", hashFormat, scope)
	for _, f := range files {
		fmt.Fprintf(h, "%s %q\n", f.SHA256, f.Path)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// SHA256 is the sum of bytes in hexadecimal digits.
func SHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
