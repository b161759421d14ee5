package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// example is the config repo whose Dockerfile and code are used.
const example = "examples/pipeline-config"

// packageSets are what pipelines of many functions require, each its own. The first
// is that of the function whose code changes.
var packageSets = []string{
	"numpy==2.2.6\npython-dateutil==2.9.0.post0\n",
	"jinja2==3.1.6\n",
	"pyyaml==6.0.2\n",
	"requests==2.32.3\n",
	"python-dateutil==2.9.0.post0\n",
}

// packageImports are modules of what the changed function requires.
const packageImports = "numpy, dateutil, tabulate"

// imageRepo writes a config repo with the standard Dockerfile on a base image, and
// functions in pipelines; it returns the folders of the functions.
func imageRepo(dir, base string, pipelines, functions int) (folders []string, err error) {
	dockerfile, err := os.ReadFile(filepath.Join(example, "Dockerfile"))
	if err != nil {
		return nil, err
	}
	first, rest, _ := strings.Cut(string(dockerfile), "\n")
	if !strings.HasPrefix(first, "FROM ") {
		return nil, fmt.Errorf("%s/Dockerfile does not begin with FROM", example)
	}
	code, err := os.ReadFile(filepath.Join(example, "src/raw-to-processed/weather/clean/lambda.py"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		"universal/Pulumi.universal.yaml": "config:\n  project: bench\n",
		"infra/Pulumi.prod.yaml":          "config:\n  environment: prod\n",
		"Dockerfile":                      "FROM " + base + "\n" + rest,
		"requirements.txt":                "tabulate==0.9.0\n",
	}
	for p := range pipelines {
		pipeline := fmt.Sprintf("src/default/p%03d", p)
		files[pipeline+"/requirements.txt"] = packageSets[p%len(packageSets)]
		for f := range functions {
			folder := fmt.Sprintf("%s/f%d", pipeline, f)
			files[folder+"/lambda.py"] = fmt.Sprintf("%s\n\nNAME = %q\n", code, folder)
			folders = append(folders, folder)
		}
	}
	return folders, writeFiles(dir, files)
}

var changedLine = regexp.MustCompile(`(?m)^KEY = .*$`)

// change changes one line of a function, to one that no other number gives.
func change(folder string, number int) (line string, err error) {
	path := filepath.Join(folder, "lambda.py")
	code, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if !changedLine.Match(code) {
		return "", fmt.Errorf("%s has no line that begins with KEY", path)
	}
	line = fmt.Sprintf("KEY = \"weather/weather-%06d.csv\"", number)
	return line, os.WriteFile(path, changedLine.ReplaceAllLiteral(code, []byte(line)), 0o644)
}

// sizeOf is the bytes of all files below a folder.
func sizeOf(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return bytes, err
}
