package artifact

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
)

// SchemaVersion is that of the manifests, of deployed.json and of the records that
// this dorc writes. A later one is refused.
const SchemaVersion = 1

// Manifest says what an artifact is.
type Manifest struct {
	Schema int `json:"schema"`
	// ID is the artifact's name.
	ID string `json:"id"`
	// ServiceProject is the one whose DAGs these are.
	ServiceProject string `json:"service_project"`
	// Scope is <layer>/<pipeline> for an artifact of one pipeline, as apply makes them.
	// Default: "", all pipelines of the config repo.
	Scope string `json:"scope,omitempty"`
	Source
	// By is who built it, and At when.
	By string    `json:"by"`
	At time.Time `json:"at"`
	// Compiler is the version of dorc that compiled it.
	Compiler string `json:"compiler"`
	// ContentHash is the SHA-256 of what a deploy goes by: the service project, the scope,
	// the lines, the images, the DAGs and the files. The id has its first digits.
	ContentHash string `json:"content_hash"`
	// Lines are the lines of Airflow that it can be deployed to, such as "2.10".
	Lines []string `json:"lines"`
	// DbtImages are images by dbt project, each named by its digest.
	DbtImages map[string]string `json:"dbt_images,omitempty"`
	// DAGs are sorted by id.
	DAGs []content.DAG `json:"dags"`
	// Files are sorted by path.
	Files []File `json:"files"`
}

// Source is where an artifact's files come from.
type Source struct {
	// Repository is the config repo's name, Branch and Commit are git's; "" when git
	// does not know the folder.
	Repository string `json:"repository"`
	Branch     string `json:"branch,omitempty"`
	Commit     string `json:"commit,omitempty"`
	// Dirty says that the files are not exactly those of the commit.
	Dirty bool `json:"dirty,omitempty"`
}

// File is a file of an artifact without its bytes.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	// Size is in bytes.
	Size int64 `json:"size"`
}

// newManifest describes content, which is sorted.
func newManifest(c *content.Content, o BuildOptions) (*Manifest, error) {
	m := &Manifest{
		Schema: SchemaVersion, ServiceProject: o.ServiceProject, Scope: c.Scope, Source: o.Source,
		By: o.By, At: o.At.UTC().Round(time.Second), Compiler: o.Compiler,
		Lines: c.Lines, DbtImages: c.DbtImages, DAGs: c.DAGs,
	}
	if m.DAGs == nil {
		m.DAGs = []content.DAG{}
	}
	m.Files = []File{}
	for _, f := range c.Files {
		m.Files = append(m.Files, File{Path: f.Path, SHA256: content.SHA256(f.Data), Size: int64(len(f.Data))})
	}
	if wrong := m.check(); wrong != "" {
		return nil, fmt.Errorf("artifact: what is to be stored contradicts itself: %s", wrong)
	}
	var err error
	if m.ContentHash, err = m.hash(); err != nil {
		return nil, err
	}
	m.ID = newID(o.Source, m.ContentHash)
	return m, nil
}

// readManifest reads a manifest that was found under an id. What it says of itself
// must hold.
func readManifest(id string, data []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, tampered(id, "its manifest is not JSON: "+err.Error())
	}
	if m.Schema != SchemaVersion {
		return nil, newerSchema("artifact "+id, m.Schema)
	}
	if wrong := m.check(); wrong != "" {
		return nil, tampered(id, "its manifest contradicts itself: "+wrong)
	}
	hash, err := m.hash()
	if err != nil {
		return nil, err
	}
	if m.ID != id || hash != m.ContentHash || newID(m.Source, hash) != id {
		return nil, tampered(id, "its manifest is that of "+newID(m.Source, hash))
	}
	return &m, nil
}

// Has says that the artifact can be deployed to an environment of a line.
func (m *Manifest) Has(line string) bool { return slices.Contains(m.Lines, line) }

func encode(v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("artifact: %w", err)
	}
	return append(data, '\n'), nil
}
