package dag

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/dorc-dev/dorc/internal/tree"
)

// modelCommands are those that can be one task for each model.
var modelCommands = []string{"run", "test", "build"}

// checkModels refuses what has no meaning for one task per model, or without it.
func (t *taskReader) checkModels() {
	d := t.task.Dbt
	switch at := t.options["models"]; {
	case d.Models && !slices.Contains(modelCommands, t.task.Target):
		t.Refuse(at, fmt.Sprintf("dbt %s has no task per model", tree.Shorten(t.task.Target)), "commands that have: "+list(modelCommands), "Remove models.")
	case !d.Models && t.options["manifest"] != nil:
		t.Refuse(t.options["manifest"], "manifest is for one task per model", "", "Write models: true, or remove manifest.")
	}
}

// checkManifest finds the manifest of the models.
func (t *taskReader) checkManifest(p DbtProject) {
	d, at := t.task.Dbt, t.options["manifest"]
	if !d.Models || !slices.Contains(modelCommands, t.task.Target) {
		return
	}
	if d.Manifest == "" {
		d.Manifest, at = path.Join(p.Path, "target", "manifest.json"), t.options["models"]
	}
	d.Manifest = path.Clean(d.Manifest)
	if !fs.ValidPath(d.Manifest) {
		t.Refuse(at, "the manifest leaves the config repo", d.Manifest, "Write the path below the config repo's root.")
		return
	}
	if root := t.reader.options.Root; root != nil {
		if _, err := fs.Stat(root, d.Manifest); err != nil {
			t.Refuse(at, "there is no manifest", fmt.Sprintf("expected %s: %s", d.Manifest, reason(err)), "Make it with dbt parse, or write where it is: manifest: <path>")
		}
	}
}
