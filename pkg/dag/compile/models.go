package compile

import (
	"cmp"
	"maps"
	"strings"

	"github.com/dorc-dev/dorc/pkg/dag"
	"github.com/dorc-dev/dorc/pkg/dbt"
)

// models writes a group with a task per node of the manifest that the command is for:
// run has models, build also seeds, snapshots and tests, test has tests alone. A test is
// of the node that it can follow at once; one of several such has its own task.
func (c *compiler) models(t *dag.Task) error {
	m := c.options.Manifests[t.Dbt.Manifest]
	if m == nil {
		return refuse(t, "there is no manifest of the dbt project", "tasks per model come from "+cmp.Or(t.Dbt.Manifest, "its target/manifest.json"), "Write it: dbt parse.")
	}
	nodes := nodesOf(m, t.Target)
	if len(nodes) == 0 {
		return refuse(t, "dbt "+t.Target+" has no task per model", "the manifest has nothing that it is for", "")
	}
	c.group(t)
	defer c.endGroup()
	names := nodeNames(nodes)
	kept := map[string]bool{}
	for _, n := range nodes {
		kept[n.ID] = true
		command := t.Target
		more := []string{"--select", n.Selector}
		switch {
		case n.Kind == dbt.Test:
			command = "test"
		case t.Target != "run":
			more = append(more, "--indirect-selection", "buildable")
		}
		c.assign(c.variable(t.Identifier+"."+names[n.ID]), c.dbtTask(t, names[n.ID], []string{command}, more...))
	}
	gap := "\n"
	for _, n := range nodes {
		var before []node
		for _, id := range m.Before(n.ID, func(n dbt.Node) bool { return kept[n.ID] }) {
			before = append(before, atom(c.variable(t.Identifier+"."+names[id])))
		}
		if len(before) > 0 {
			c.body.WriteString(gap)
			gap = ""
			c.statement(edge(before, c.variable(t.Identifier+"."+names[n.ID])))
		}
	}
	return nil
}

// nodesOf are the nodes that get a task, sorted by ID.
func nodesOf(m *dbt.Manifest, command string) []dbt.Node {
	homes := map[string]bool{}
	alone := map[string]bool{}
	ancestors := ancestry(m)
	for _, n := range m.Nodes {
		if n.Kind != dbt.Test {
			continue
		}
		if home, ok := homeOf(n, ancestors); ok {
			homes[home] = true
		} else {
			alone[n.ID] = true
		}
	}
	var nodes []dbt.Node
	for _, n := range m.Nodes {
		is := false
		switch n.Kind {
		case dbt.Model:
			is = command == "test" && homes[n.ID] || command != "test" && n.Executed()
		case dbt.Seed, dbt.Snapshot:
			is = command == "build" || command == "test" && homes[n.ID]
		case dbt.Test:
			is = command != "run" && alone[n.ID]
		}
		if is {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// homeOf is the node after whose build dbt runs a test with indirect selection
// "buildable": the one that the test depends on and that comes after all others of which
// it does. Source: https://docs.getdbt.com/reference/node-selection/test-selection-examples
func homeOf(test dbt.Node, ancestors map[string]map[string]bool) (string, bool) {
	for _, home := range test.DependsOn {
		all := true
		for _, other := range test.DependsOn {
			all = all && (other == home || ancestors[home][other])
		}
		if all {
			return home, true
		}
	}
	return "", false
}

// ancestry has, for each node, all before it.
func ancestry(m *dbt.Manifest) map[string]map[string]bool {
	found := map[string]map[string]bool{}
	var of func(id string) map[string]bool
	of = func(id string) map[string]bool {
		if all, ok := found[id]; ok {
			return all
		}
		all := map[string]bool{}
		n, _ := m.Node(id)
		for _, before := range n.DependsOn {
			all[before] = true
			maps.Copy(all, of(before))
		}
		found[id] = all
		return all
	}
	for _, n := range m.Nodes {
		of(n.ID)
	}
	return found
}

// nodeNames are the ids of the nodes' tasks: their names, or where two have one, what
// dbt calls them.
func nodeNames(nodes []dbt.Node) map[string]string {
	count := map[string]int{}
	for _, n := range nodes {
		count[n.Name]++
	}
	names := map[string]string{}
	taken := map[string]bool{}
	for _, n := range nodes {
		name := n.Name
		if count[name] > 1 || !pathPart.MatchString(name) {
			name = strings.Map(func(r rune) rune {
				if strings.ContainsRune("_-", r) || r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
					return r
				}
				return '_'
			}, n.ID)
		}
		for base := name; taken[name]; {
			name = base + "_" + digest(n.ID)
		}
		taken[name] = true
		names[n.ID] = name
	}
	return names
}
