package configrepo

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/definition"
)

// Names of files that make a folder a pipeline of kind dataflow or workflow; those of kind dag stand in dag.go.
const (
	mainFile     = "main.py"
	beamFile     = "pipeline.beam.yaml"
	workflowFile = "workflow.yaml"
	metadataFile = "metadata.json"
)

// configFiles are the names of a pipeline in the form of a Dataflow launcher.
var configFiles = []string{"config.json", "config.yaml"}

// mainFiles are the files of which a pipeline without functions has exactly one.
var mainFiles = map[definition.Kind][]string{
	definition.KindDataflow: append([]string{mainFile, beamFile}, configFiles...),
	definition.KindWorkflow: {workflowFile},
	definition.KindDag:      {dagFile, dopFile},
}

// BeamFiles are the files of a pipeline of kind dataflow as absolute paths:
// exactly one of Main, YAML and Config is set.
type BeamFiles struct {
	// Main is main.py, a Beam pipeline in Python.
	Main string
	// YAML is pipeline.beam.yaml, a Beam pipeline in Beam's own YAML.
	YAML string
	// Config is config.json or config.yaml, a pipeline in the form of a Dataflow launcher.
	Config string
	// Metadata is metadata.json, the parameters of Main as Google describes them, or "".
	Metadata string
}

// mains are the files of one kind that the folder has, in a fixed order.
func (f *finder) mains(entries []os.DirEntry, kind definition.Kind) (found []string) {
	for _, name := range mainFiles[kind] {
		if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == name }) {
			found = append(found, name)
		}
	}
	return found
}

// standardKind is the kind of a folder whose pipeline.yaml names none.
func (f *finder) standardKind(entries []os.DirEntry, folders map[string]string) definition.Kind {
	switch {
	case len(folders) > 0:
		return definition.KindFunctions
	// A config.yaml is a launcher's, unless pipeline.yaml says that it is DOP's.
	case slices.Contains(f.mains(entries, definition.KindDag), dagFile):
		return definition.KindDag
	case len(f.mains(entries, definition.KindWorkflow)) > 0:
		return definition.KindWorkflow
	case len(f.mains(entries, definition.KindDataflow)) > 0:
		return definition.KindDataflow
	}
	return definition.KindFunctions
}

// files finds the files of a pipeline of another kind than functions, and refuses
// what would make the folder two pipelines.
func (f *finder) files(entries []os.DirEntry, folders map[string]string) {
	p, kind := f.pipeline, f.pipeline.Definition.Kind
	if kind == definition.KindFunctions {
		if len(folders) > 0 && !p.Source.Has("kind") {
			f.refuseMixed(entries)
		}
		return
	}
	if mainFiles[kind] == nil {
		return
	}
	for _, name := range sortedKeys(folders) {
		f.refuse(path.Join(folders[name], handlerFile), fmt.Sprintf("a pipeline of kind %s has no functions", kind), "",
			"Move the function into a pipeline of its own, or remove it.")
	}
	for _, other := range definition.Kinds {
		if other != kind {
			f.refuseOther(entries, other)
		}
	}
	mains := f.mains(entries, kind)
	switch {
	case len(mains) > 1:
		f.refuse(path.Join(f.dir(), mains[1]), fmt.Sprintf("the folder has %s and %s", mains[0], mains[1]),
			"each of them is a whole pipeline", "Keep one; move the other into a folder of its own, or rename it.")
		return
	case len(mains) == 0 && p.Program:
		return
	case len(mains) == 0:
		f.refuse(f.definedIn(), fmt.Sprintf("a pipeline of kind %s needs a %s", kind, strings.Join(mainFiles[kind], " or ")), "", f.missing(entries, kind))
		return
	}
	f.attachFiles(kind, mains[0], entries)
}

// missing says what to do when the folder has no main file: one may only be misspelt.
func (f *finder) missing(entries []os.DirEntry, kind definition.Kind) string {
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yml"); ok && slices.Contains(mainFiles[kind], name+".yaml") {
			return fmt.Sprintf("Rename %s to %s.yaml.", e.Name(), name)
		}
	}
	return "Create it beside pipeline.yaml."
}

func (f *finder) attachFiles(kind definition.Kind, main string, entries []os.DirEntry) {
	p := f.pipeline
	at := f.regular(path.Join(f.dir(), main), &f.problems)
	switch kind {
	case definition.KindWorkflow:
		p.Workflow = at
		return
	case definition.KindDag:
		f.attachDAG(main, at, entries)
		return
	}
	p.Beam = &BeamFiles{}
	switch main {
	case mainFile:
		p.Beam.Main = at
	case beamFile:
		p.Beam.YAML = at
	default:
		p.Beam.Config = at
	}
	if !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == metadataFile }) {
		return
	}
	metadata := path.Join(f.dir(), metadataFile)
	if main != mainFile {
		f.refuse(metadata, metadataFile+" describes the parameters of a "+mainFile, "there is a "+main,
			"Remove it: the parameters of this pipeline are those that pipeline.yaml has.")
		return
	}
	p.Beam.Metadata = f.regular(metadata, &f.problems)
}

// refuseMixed refuses functions beside what would be another pipeline. Files with
// the common names config.json and config.yaml may be anything there.
func (f *finder) refuseMixed(entries []os.DirEntry) {
	for _, kind := range []definition.Kind{definition.KindDataflow, definition.KindWorkflow, definition.KindDag} {
		for _, name := range f.mains(entries, kind) {
			if !slices.Contains(configFiles, name) {
				f.refuse(path.Join(f.dir(), name), "the folder has functions and "+name,
					fmt.Sprintf("functions are a pipeline, and %s is one of kind %s", name, kind),
					"Move one of them into a folder of its own, or write kind: functions if "+name+" is something else.")
			}
		}
	}
}

// refuseOther refuses the files of another kind.
func (f *finder) refuseOther(entries []os.DirEntry, other definition.Kind) {
	for _, name := range f.mains(entries, other) {
		own := f.pipeline.Definition.Kind
		if own == definition.KindWorkflow && slices.Contains(configFiles, name) || slices.Contains(mainFiles[own], name) {
			continue
		}
		f.refuse(path.Join(f.dir(), name), fmt.Sprintf("a pipeline of kind %s has no %s", f.pipeline.Definition.Kind, name),
			fmt.Sprintf("it is a pipeline of kind %s", other), "Move it into a folder of its own, or rename it.")
	}
}

// definedIn is where the kind is decided: pipeline.yaml, or the folder.
func (f *finder) definedIn() string {
	if f.pipeline.File != "" {
		return path.Join(f.dir(), definitionFile)
	}
	return f.dir()
}
