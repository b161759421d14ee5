package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/local/run/kubernetes"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// impersonated are variables with an account that a pod acts as. Nobody can be impersonated on this machine, and the
// local cloud asks for no credentials.
var impersonated = []string{"DOP_DBT_SERVICE_ACCOUNT"}

// PodProgram makes the program of a pod ready: a process of this machine with the files of the pod's image, which is one
// of the local cloud's. The pod's command is Python or a command that a Python package of the image brings, such as dbt.
// Paths of the image in arguments and variables become those of the files here, and /tmp a folder of the pod's own.
// variables are what each pod of the local cloud gets, such as BIGQUERY_EMULATOR_HOST and gcs.Environment; they go before
// the pod's own. say hears lines of progress.
func (r *Runner) PodProgram(ctx context.Context, c kubernetes.Container, variables map[string]string, say func(string)) (*process.Program, error) {
	p := &pod{runner: r, container: c, say: say}
	if err := p.open(ctx); err != nil {
		return nil, err
	}
	parent := r.documents.Layout().Cache("tmp")
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, err
	}
	temporary, err := os.MkdirTemp(parent, "pod-")
	if err != nil {
		return nil, err
	}
	program, err := p.program(temporary, variables)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(temporary))
	}
	program.Close = func() error { return os.RemoveAll(temporary) }
	return program, nil
}

// pod is a pod whose program is made ready.
type pod struct {
	runner    *Runner
	container kubernetes.Container
	say       func(string)

	image  *rootfs.Image
	config v1.Config
	found  files
	// python is the interpreter, and site where the image's own packages are; "" when the interpreter has them itself.
	python, site string
}

func (p *pod) refuse(summary, detail, hint string) error {
	return problem.Problem{Resource: "pod " + p.container.Pod, Summary: summary, Detail: detail, Hint: hint}
}

// open finds the image, and unpacks what Python needs of it.
func (p *pod) open(ctx context.Context) error {
	repository, digest, err := imageReference("pod "+p.container.Pod, p.container.Image)
	if err != nil {
		return err
	}
	const hint = "apply the pipeline again, which makes the image"
	if p.image, err = rootfs.Open(p.runner.documents.Layout().Images(repository), digest); err != nil {
		return p.refuse("its image cannot be used", err.Error(), hint)
	}
	file, err := p.image.Image().ConfigFile()
	if err != nil {
		return p.refuse("its image cannot be used", err.Error(), hint)
	}
	p.config = file.Config
	cache := p.runner.cache("unpacked")
	about, err := p.image.Python(ctx, cache)
	if err != nil {
		return p.refuse("its image cannot be used", err.Error(), hint)
	}
	code := path.Clean("/" + cmp.Or(p.image.Labels[labelCode], p.config.WorkingDir))
	if about.SitePackages == "" || code == "/" {
		return p.refuse("its image cannot run here", "it has no Python packages, or no folder with code: only Python programs run as processes of this machine", "")
	}
	got, err := p.image.Unpack(ctx, cache, func(layer string) { p.say("unpacking layer " + layer) }, code, about.SitePackages)
	if err != nil {
		return p.refuse("its image cannot be used", err.Error(), hint)
	}
	p.found = files{task: got[code], site: got[about.SitePackages], packages: about.SitePackages, layers: code, version: cmp.Or(about.Version, defaultPython)}
	return p.interpreter(ctx)
}

// interpreter finds the Python. When the image's packages are compiled for another one, the same packages are
// installed for this one, once.
func (p *pod) interpreter(ctx context.Context) error {
	interpreter, err := python.Find(ctx, p.runner.options.Python, p.found.version)
	if err != nil {
		return err
	}
	compiled, packages, err := foreign(p.image, p.found, interpreter)
	if err != nil {
		return err
	}
	if compiled == "" {
		p.site = p.found.site
	} else {
		p.say(fmt.Sprintf("%s: %s is compiled for the image's, so the image's %s installed for this machine's Python; these are not the image's own files",
			difference(p.image, p.found.version, interpreter), compiled, count(len(packages))))
	}
	environments := python.Environments{Folder: p.runner.cache("environments"), Interpreter: interpreter}
	env, err := environments.Exactly(ctx, packages, p.say)
	p.python = env.Python
	return err
}

// program is what runs, with its files and variables.
func (p *pod) program(temporary string, variables map[string]string) (*process.Program, error) {
	scripts := filepath.Join(temporary, "bin")
	if err := writeScripts(p.site, scripts); err != nil {
		return nil, err
	}
	words := slices.Concat(p.config.Entrypoint, p.config.Cmd)
	switch {
	case len(p.container.Command) > 0:
		words = slices.Concat(p.container.Command, p.container.Args)
	case len(p.container.Args) > 0:
		words = slices.Concat(p.config.Entrypoint, p.container.Args)
	}
	if len(words) == 0 {
		return nil, p.refuse("it has no command", "neither the pod nor its image says what is run", "")
	}
	scratch := filepath.Join(temporary, "tmp")
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return nil, err
	}
	here := p.here(scratch)
	program, err := p.command(words[0], scripts)
	if err != nil {
		return nil, err
	}
	argv := []string{program}
	for _, w := range words[1:] {
		argv = append(argv, here(w))
	}
	return &process.Program{
		Argv: argv, Dir: here(path.Clean("/" + cmp.Or(p.container.WorkingDir, p.config.WorkingDir, p.found.layers))),
		Environment: p.variables(variables, here, scripts, scratch),
	}, nil
}

// here makes paths of the image in a word, also after an equals sign, paths of this machine.
func (p *pod) here(scratch string) func(string) string {
	places := map[string]string{p.found.layers: p.found.task, p.found.packages: p.found.site, "/tmp": scratch}
	one := func(word string) string {
		for inside, host := range places {
			if rest, ok := strings.CutPrefix(word, inside); ok && (rest == "" || rest[0] == '/') {
				return filepath.Join(host, filepath.FromSlash(rest))
			}
		}
		return word
	}
	return func(word string) string {
		if name, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(name, "--") {
			return name + "=" + one(value)
		}
		return one(word)
	}
}

// command is the program that the first word names.
func (p *pod) command(word, scripts string) (string, error) {
	name := path.Base(word)
	if name == "python" || strings.HasPrefix(name, "python3") {
		return p.python, nil
	}
	for _, folder := range []string{scripts, filepath.Dir(p.python)} {
		program := filepath.Join(folder, name)
		if info, err := os.Stat(program); name != "." && name != "/" && err == nil && info.Mode().IsRegular() {
			return program, nil
		}
	}
	return "", p.refuse("its command does not run here", fmt.Sprintf("%q is neither Python nor a command of a Python package of the image, and nothing else of an image runs on this machine", word),
		"name the program itself, without a shell")
}

// variables are the image's, the pod's and the local cloud's, and what makes Python find the image's packages.
func (p *pod) variables(local map[string]string, here func(string) string, scripts, scratch string) []string {
	all := hostVariables(p.image, p.container.Environment)
	for name, value := range all {
		all[name] = here(value)
	}
	maps.Copy(all, local)
	for _, name := range impersonated {
		if all[name] != "" {
			all[name] = ""
		}
	}
	if p.site != "" {
		all["PYTHONPATH"], all[python.SiteVariable] = p.site, p.site
	}
	loopback := "127.0.0.1,localhost"
	maps.Copy(all, map[string]string{
		"TMPDIR": scratch, "HOME": scratch, "PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1", "PYTHONPYCACHEPREFIX": p.runner.cache("bytecode"),
		"NO_PROXY": loopback, "no_proxy": loopback,
	})
	for _, name := range passed {
		if value, set := os.LookupEnv(name); set {
			all[name] = value
		}
	}
	all["PATH"] = strings.Join([]string{scripts, filepath.Dir(p.python), all["PATH"]}, string(os.PathListSeparator))
	out := make([]string, 0, len(all))
	for _, name := range sortedKeys(all) {
		out = append(out, name+"="+all[name])
	}
	return out
}
