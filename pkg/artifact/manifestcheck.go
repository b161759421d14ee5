package artifact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
)

// manifestFormat begins what is hashed of a manifest. Change it with the format of
// what follows.
const manifestFormat = "dorc manifest 1"

// hash is the SHA-256 of everything that decides what a deploy does, in hexadecimal
// digits. What it leaves out is where the files come from, which the id says, and who
// built them when and with what: whoever builds the same again gets the same id.
func (m *Manifest) hash() (string, error) {
	data, err := json.Marshal(struct {
		ServiceProject, Scope string
		Lines                 []string          `json:",omitempty"`
		DbtImages             map[string]string `json:",omitempty"`
		DAGs                  []content.DAG     `json:",omitempty"`
		Files                 []File            `json:",omitempty"`
	}{m.ServiceProject, m.Scope, m.Lines, m.DbtImages, m.DAGs, m.Files})
	if err != nil {
		return "", fmt.Errorf("artifact: %w", err)
	}
	sum := sha256.Sum256(append([]byte(manifestFormat+"\n"), data...))
	return hex.EncodeToString(sum[:]), nil
}

// check says in what a manifest contradicts itself, or is "": every DAG has a Python
// file for each line, and every Python file is of a DAG and of a line. A deploy of
// anything else would remove DAGs that the artifact seems to have, or bring some that
// nobody looked for at a neighbour's.
func (m *Manifest) check() string {
	has := map[string]map[string]bool{} // pipelines with a Python file, by line
	for _, line := range m.Lines {
		has[line] = map[string]bool{}
	}
	for i, f := range m.Files {
		if err := content.CheckPath(f.Path); err != nil {
			return err.Error()
		}
		if i > 0 && m.Files[i-1].Path >= f.Path {
			return "its files are not in their order"
		}
		line, name, ok := content.Line(f.Path)
		switch {
		case !ok:
		case has[line] == nil:
			return fmt.Sprintf("it has files for Airflow %s, and says that it is for %s", line, strings.Join(m.Lines, ", "))
		case content.IsDAG(name):
			has[line][path.Dir(name)] = true
		}
	}
	of := map[string]bool{}
	for _, d := range m.DAGs {
		of[d.Pipeline] = true
		for _, line := range m.Lines {
			if !has[line][d.Pipeline] {
				return fmt.Sprintf("it says that it is for Airflow %s, and has no file there for the DAG %s", line, d.ID)
			}
		}
	}
	for _, line := range m.Lines {
		for _, pipeline := range slices.Sorted(maps.Keys(has[line])) {
			if !of[pipeline] {
				return fmt.Sprintf("it has a Python file of %s, and says of no DAG there", pipeline)
			}
		}
	}
	return ""
}
