package dag

import "gopkg.in/yaml.v3"

// checkVersion holds the version of dbt that a task asks for against what the project's
// image is made of. In a file of DOP another one is a warning: its own example differs
// from its lock file, and goes on as it is.
func (t *taskReader) checkVersion(p DbtProject) {
	at := t.options["version"]
	if at == nil || t.task.Dbt.Version == "" || p.CheckVersion == nil {
		return
	}
	found := p.CheckVersion(t.task.Dbt.Version)
	if found == nil {
		return
	}
	say := func(n *yaml.Node, summary, detail, hint string) { t.Refuse(n, summary, detail, hint) }
	if t.dag.DOP {
		say = t.warn
	}
	say(at, found.Summary, found.Detail, found.Hint)
}
