package dbt

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// The kinds of nodes that a manifest has.
const (
	Model    = "model"
	Test     = "test"
	UnitTest = "unit_test"
	Seed     = "seed"
	Snapshot = "snapshot"
)

// The versions of the manifest's schema that are read: those of dbt 1.6 to 1.11.
// Source: https://docs.getdbt.com/reference/artifacts/manifest-json
const (
	oldestSchema = 10
	newestSchema = 12
)

// maxManifest is how large a manifest may be, in bytes.
const maxManifest = 256 << 20

// Manifest is what dbt found in a project, as its target/manifest.json says.
type Manifest struct {
	// Project is the project's own name (Project.Title), DbtVersion the dbt that wrote it.
	Project, DbtVersion string
	// Schema is the version of the file's schema.
	Schema int
	// Nodes are models, tests, seeds, snapshots and what else dbt runs, also those of
	// packages, sorted by ID.
	Nodes []Node
}

// Node is one thing that dbt runs.
type Node struct {
	// ID is dbt's unique id, such as "model.weather.stg_weather".
	ID string
	// Kind is Model, Test, Seed, Snapshot, or another of dbt's resource types.
	Kind string
	// Name is the name in the project, such as "stg_weather"; Package is the project or
	// package that it is of.
	Name, Package string
	// Path is the file that it is from, below the package's folder, with slashes.
	Path string
	// Materialized is "table", "view", "incremental", "ephemeral" and so on; "" where it
	// has no meaning.
	Materialized string
	// Selector is what selects it alone: dbt run --select <Selector>.
	Selector string
	// Tags are the node's.
	Tags []string
	// DependsOn are the IDs of the nodes before it, sorted. Sources and macros are not
	// among them: dbt runs neither.
	DependsOn []string
}

// Executed says whether dbt runs something for it: an ephemeral model is only a part
// of the SQL of others.
func (n Node) Executed() bool { return n.Kind != Model || n.Materialized != "ephemeral" }

// Node is the node with an ID.
func (m *Manifest) Node(id string) (Node, bool) {
	i, ok := slices.BinarySearchFunc(m.Nodes, id, func(n Node, id string) int { return compare(n.ID, id) })
	if !ok {
		return Node{}, false
	}
	return m.Nodes[i], true
}

// Before are the IDs of the nearest nodes before one for which keep is true, sorted:
// those that it depends on, and where such a one is not kept, those before it.
func (m *Manifest) Before(id string, keep func(Node) bool) []string {
	found, seen := map[string]bool{}, map[string]bool{}
	var follow func(string)
	follow = func(id string) {
		node, _ := m.Node(id)
		for _, before := range node.DependsOn {
			if seen[before] {
				continue
			}
			seen[before] = true
			if n, _ := m.Node(before); keep(n) {
				found[before] = true
			} else {
				follow(before)
			}
		}
	}
	follow(id)
	return slices.Sorted(maps.Keys(found))
}

// document is the part of the file that is read.
type document struct {
	Metadata struct {
		Schema  string `json:"dbt_schema_version"`
		Version string `json:"dbt_version"`
		Project string `json:"project_name"`
	} `json:"metadata"`
	Nodes map[string]struct {
		Kind    string   `json:"resource_type"`
		Name    string   `json:"name"`
		Package string   `json:"package_name"`
		Path    string   `json:"original_file_path"`
		FQN     []string `json:"fqn"`
		Tags    []string `json:"tags"`
		Config  struct {
			Materialized string `json:"materialized"`
		} `json:"config"`
		DependsOn struct {
			Nodes []string `json:"nodes"`
		} `json:"depends_on"`
	} `json:"nodes"`
}

var schemaForm = regexp.MustCompile(`/manifest/v(\d{1,4})\.json$`)

// ReadManifest reads a manifest.json. Name is the file for messages.
func ReadManifest(name string, data []byte) (*Manifest, problem.List) {
	const again = "Write it anew: dbt parse."
	refuse := func(summary, detail, hint string) problem.List {
		return problem.List{{File: name, Summary: summary, Detail: detail, Hint: hint}}
	}
	if len(data) > maxManifest {
		return nil, refuse("the manifest is too large", fmt.Sprintf("%d bytes, at most %d are read", len(data), maxManifest), "")
	}
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		p := problem.Problem{File: name, Summary: "the file is not a manifest of dbt", Detail: err.Error(), Hint: again}
		p.Line, p.Column = place(data, err)
		return nil, problem.List{p}
	}
	m := &Manifest{Project: d.Metadata.Project, DbtVersion: d.Metadata.Version}
	form := schemaForm.FindStringSubmatch(d.Metadata.Schema)
	if form == nil {
		return nil, refuse("the file is not a manifest of dbt", "metadata.dbt_schema_version does not say that it is one", again)
	}
	m.Schema, _ = strconv.Atoi(form[1]) //nolint:errcheck // the expression has digits there
	if m.Schema < oldestSchema || m.Schema > newestSchema {
		return nil, refuse("the manifest has a version that is not read", fmt.Sprintf("v%d is given, v%d to v%d are read (https://docs.getdbt.com/reference/artifacts/manifest-json)", m.Schema, oldestSchema, newestSchema),
			"Write it with dbt 1.6 to 1.11.")
	}
	for _, id := range slices.Sorted(maps.Keys(d.Nodes)) {
		n := d.Nodes[id]
		node := Node{ID: id, Kind: n.Kind, Name: n.Name, Package: n.Package, Path: n.Path, Materialized: n.Config.Materialized, Tags: n.Tags, Selector: selector(n.Name, n.FQN)}
		for _, before := range n.DependsOn.Nodes {
			if _, ok := d.Nodes[before]; ok {
				node.DependsOn = append(node.DependsOn, before)
			} else if isNode(before) {
				return nil, refuse("the manifest is not whole", fmt.Sprintf("%s depends on %s, which is not in it", id, before), again)
			}
		}
		slices.Sort(node.DependsOn)
		node.DependsOn = slices.Compact(node.DependsOn)
		m.Nodes = append(m.Nodes, node)
	}
	if circle := m.circle(); circle != "" {
		return nil, refuse("nodes of the manifest depend on each other in a circle", circle, again)
	}
	return m, nil
}
