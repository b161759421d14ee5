package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// dataflowPipelines are those of the environment that is measured.
const dataflowPipelines = 100

// launched is the pipeline that is run, changed the one whose code changes.
const (
	launched = "p000"
	edited   = "p001"
)

// beamMain is the code of each pipeline. It notes which Python runs it, so that the
// same one can run it by hand.
const beamMain = `import argparse
import json
import sys

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

NUMBER = %q


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--note", default="")
    own, beam_args = parser.parse_known_args()
    if own.note:
        with open(own.note, "w") as note:
            json.dump({"python": sys.executable, "path": sys.path[1:]}, note)
    with beam.Pipeline(options=PipelineOptions(beam_args)) as pipeline:
        (
            pipeline
            | beam.Create(range(own.rows))
            | beam.Map(lambda n: n * n)
            | beam.CombineGlobally(sum)
            | beam.Map(print)
        )


if __name__ == "__main__":
    main()
`

// dataflow are the results for pipelines of Dataflow on the local target.
type dataflow struct {
	// cold is the first apply, with an empty cache of dorc's; kept says that pip or uv
	// kept its downloads.
	cold sample
	kept bool
	// first are applies of an environment that is not there, with a warm cache.
	first, noop, change []sample
	// resources are those of the environment and its pipelines.
	resources int
	// images and layers are what one change of code made.
	images, layers int
	run, hand      []sample
}

func dataflows(w io.Writer, o options, work string) error {
	d, err := measureDataflow(o, filepath.Join(work, "dataflow"))
	if err != nil {
		return err
	}
	d.print(w, o)
	return nil
}

func measureDataflow(o options, dir string) (*dataflow, error) {
	repo := filepath.Join(dir, "repo")
	if err := dataflowRepo(repo); err != nil {
		return nil, err
	}
	ws := &workspace{dorc: o.dorc, dir: dir, repo: repo, limit: o.cap}
	d := &dataflow{}
	for _, step := range []func(options, *workspace) error{
		d.measureCold, d.measureFirst, d.measureNoop, d.measureChange, d.measureLaunch,
	} {
		if err := step(o, ws); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func dataflowRepo(dir string) error {
	files := map[string]string{
		"universal/Pulumi.universal.yaml": "config:\n  project: bench\n  aws: false\n  gcp:\n    project_id: bench-project\n    region: europe-west2\n",
		"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n  gcp:\n    force_destroy: true\n",
	}
	for p := range dataflowPipelines {
		name := fmt.Sprintf("p%03d", p)
		folder := "src/default/" + name
		files[folder+"/main.py"] = fmt.Sprintf(beamMain, name)
		files[folder+"/pipeline.yaml"] = "kind: dataflow\nparameters: {rows: \"1000\", note: \"\"}\nschedule: {cron: \"0 3 * * *\"}\n"
	}
	return writeFiles(dir, files)
}

func (ws *workspace) dorcLocal(args ...string) (sample, error) {
	return timed(ws.dir, ws.local(), ws.limit, ws.dorc, args...)
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s: %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

func (d *dataflow) measureCold(_ options, ws *workspace) error {
	say("%d pipelines of Dataflow, first apply with an empty cache", dataflowPipelines)
	if _, err := ws.dorcLocal("apply", "universal"); err != nil {
		return err
	}
	kept, err := emptyCache(ws.cache())
	if err != nil {
		return err
	}
	d.kept = kept
	d.cold, err = ws.dorcLocal("apply", "infra", "--env", "prod")
	return err
}

func (d *dataflow) measureFirst(o options, ws *workspace) error {
	for round := range o.runs + 1 {
		say("%d pipelines, destroyed and applied, run %d", dataflowPipelines, round)
		if _, err := ws.dorcLocal("destroy", "infra", "--env", "prod"); err != nil {
			return err
		}
		if err := os.RemoveAll(filepath.Join(ws.dir, ".dorc", "images")); err != nil {
			return err
		}
		took, err := ws.dorcLocal("apply", "infra", "--env", "prod")
		if err != nil {
			return err
		}
		if round > 0 {
			d.first = append(d.first, took)
		}
	}
	var err error
	d.resources, err = countDocuments(filepath.Join(ws.dir, ".dorc", "resources"))
	return err
}

func (d *dataflow) measureNoop(o options, ws *workspace) error {
	for round := range o.runs + 1 {
		say("%d pipelines, apply without a change, run %d", dataflowPipelines, round)
		took, err := ws.dorcLocal("apply", "infra", "--env", "prod")
		if err != nil {
			return err
		}
		if round > 0 {
			d.noop = append(d.noop, took)
		}
	}
	// It ends with 2 when there is something to do after all.
	_, err := ws.dorcLocal("plan", "infra", "--env", "prod", "--detailed-exitcode")
	return err
}

// measureChange changes one line of one main.py, and applies the environment.
func (d *dataflow) measureChange(o options, ws *workspace) error {
	before, err := imageLayers(ws)
	if err != nil {
		return err
	}
	for round := range o.runs + 1 {
		say("one main.py changed, run %d", round)
		text := fmt.Sprintf(beamMain, fmt.Sprintf("%s-%d", edited, round))
		if err := os.WriteFile(filepath.Join(ws.repo, "src/default", edited, "main.py"), []byte(text), 0o644); err != nil {
			return err
		}
		took, err := ws.dorcLocal("apply", "infra", "--env", "prod")
		if err != nil {
			return err
		}
		after, err := imageLayers(ws)
		if err != nil {
			return err
		}
		d.images, d.layers = newIn(before, after)
		before = after
		if round > 0 {
			d.change = append(d.change, took)
		}
	}
	return nil
}

// imageLayers are the layers of each image of the local cloud, by its folder and digest.
func imageLayers(ws *workspace) (map[string][]string, error) {
	all := map[string][]string{}
	indexes, err := filepath.Glob(filepath.Join(ws.dir, ".dorc", "images", "*", "*", "*", "index.json"))
	if err != nil {
		return nil, err
	}
	more, err := filepath.Glob(filepath.Join(ws.dir, ".dorc", "images", "*", "index.json"))
	if err != nil {
		return nil, err
	}
	for _, index := range append(indexes, more...) {
		var list struct{ Manifests []struct{ Digest string } }
		if err := readJSON(index, &list); err != nil {
			return nil, err
		}
		for _, m := range list.Manifests {
			var manifest struct{ Layers []struct{ Digest string } }
			blob := filepath.Join(filepath.Dir(index), "blobs", strings.Replace(m.Digest, ":", string(filepath.Separator), 1))
			if err := readJSON(blob, &manifest); err != nil {
				return nil, err
			}
			key := index + "@" + m.Digest
			for _, l := range manifest.Layers {
				all[key] = append(all[key], l.Digest)
			}
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the local cloud has no images")
	}
	return all, nil
}

// newIn counts images that were not there, and their layers that no image had.
func newIn(before, after map[string][]string) (images, layers int) {
	known := map[string]bool{}
	for _, list := range before {
		for _, l := range list {
			known[l] = true
		}
	}
	for key, list := range after {
		if _, there := before[key]; there {
			continue
		}
		images++
		for _, l := range list {
			if !known[l] {
				known[l] = true
				layers++
			}
		}
	}
	return images, layers
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// measureLaunch runs one pipeline with dorc and by hand, in turn, with the same
// Python and the same packages.
func (d *dataflow) measureLaunch(o options, ws *workspace) error {
	note := filepath.Join(ws.dir, "note.json")
	input, err := json.Marshal(map[string]string{"note": note})
	if err != nil {
		return err
	}
	dorc := func(input string) (sample, error) {
		return ws.dorcLocal("run", launched, "--layer", "default", "--env", "prod", "--input", input)
	}
	if _, err := dorc(string(input)); err != nil {
		return err
	}
	var by struct {
		Python string
		Path   []string
	}
	if err := readJSON(note, &by); err != nil {
		return err
	}
	program := filepath.Join(ws.repo, "src/default", launched, "main.py")
	env := environment("PYTHONPATH=" + strings.Join(by.Path, string(os.PathListSeparator)))
	if out, err := exec.Command(by.Python, "--version").CombinedOutput(); err != nil {
		return fmt.Errorf("%s does not start: %w\n%s", by.Python, err, out)
	}
	for round := range o.runs + 1 {
		say("%s run by dorc and by hand, run %d", launched, round)
		ran, err := dorc("{}")
		if err != nil {
			return err
		}
		hand, err := timed(ws.dir, env, ws.limit, by.Python, program, "--runner=DirectRunner", "--rows=1000")
		if err != nil {
			return err
		}
		if round > 0 {
			d.run, d.hand = append(d.run, ran), append(d.hand, hand)
		}
	}
	return nil
}
