// Package configrepotest writes config repos for tests and benchmarks. It is no
// part of the program.
package configrepotest

import (
	"fmt"
	"os"
	"path/filepath"
)

// Shape says how large a repo is.
type Shape struct {
	// Layers of Pipelines each, with Functions each.
	Layers, Pipelines, Functions int
}

// Large is the repo that the speed of finding and validating is measured on:
// 2,000 pipelines with 3 functions each.
var Large = Shape{Layers: 4, Pipelines: 500, Functions: 3}

// Write writes a valid repo into dir. Every pipeline has a pipeline.yaml with
// next, retries, a failure handler where it has three functions or more, and
// triggers; the last function starts the same pipeline of the next layer.
func Write(dir string, shape Shape) error {
	for layer := range shape.Layers {
		for pipeline := range shape.Pipelines {
			if err := writePipeline(dir, shape, layer, pipeline); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, "requirements.txt"), []byte("pandas==2.2.3\n"), 0o644)
}

func writePipeline(dir string, shape Shape, layer, pipeline int) error {
	at := filepath.Join(dir, "src", layerName(layer), pipelineName(pipeline))
	text := fmt.Sprintf("# yaml-language-server: $schema=../../../pipeline.schema.json\nkind: functions\n"+
		"description: Pipeline %d of layer %d\n\nfunctions:\n", pipeline, layer)
	handler := shape.Functions >= 3
	steps := shape.Functions
	if handler {
		steps--
	}
	for f := range shape.Functions {
		name := functionName(f)
		text += "  - name: " + name + "\n"
		switch {
		case f >= steps:
			text += "    timeout: 60\n"
		case f+1 < steps:
			text += "    next: " + functionName(f+1) + "\n    timeout: 300\n    memory: 1024\n" +
				"    environment:\n      MODE: full\n      LIMIT: \"100\"\n    retry: {max_attempts: 2, interval_seconds: 5}\n"
		case layer+1 < shape.Layers:
			text += fmt.Sprintf("    next:\n      pipeline: %s/%s\n", layerName(layer+1), pipelineName(pipeline))
		}
		if handler && f == 0 {
			text += "    on_failure: " + functionName(shape.Functions-1) + "\n"
		}
		if err := write(filepath.Join(at, name, "lambda.py"), "def handler(event, context):\n    return event\n"); err != nil {
			return err
		}
	}
	if layer == 0 {
		text += "\ntriggers:\n  - schedule: cron(0/15 6-18 ? * MON-FRI *)\n  - object: {bucket: raw, prefix: data/}\n"
	}
	return write(filepath.Join(at, "pipeline.yaml"), text)
}

func layerName(i int) string    { return fmt.Sprintf("layer-%d", i) }
func pipelineName(i int) string { return fmt.Sprintf("pipeline-%04d", i) }
func functionName(i int) string { return fmt.Sprintf("step_%d", i) }

func write(file, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
