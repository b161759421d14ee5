package run

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/local/run/dataflow"
	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The labels of dorc's images of Dataflow pipelines: the folder of the code and the main program. Other images say the
// latter by a variable (https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates).
const (
	labelCode    = "dev.dorc.code"
	labelMain    = "dev.dorc.main"
	mainVariable = "FLEX_TEMPLATE_PYTHON_PY_FILE"
)

// prepare makes a job's program ready: the code of its image, and a Python with the packages of its image.
func (f *flow) prepare(ctx context.Context, j dataflow.Job, template *flextemplate.Template, _ func(string)) (*process.Program, error) {
	record := f.of(j)
	repository, digest, err := imageReference("job "+j.Name, template.Image)
	if err != nil {
		return nil, err
	}
	image, err := rootfs.Open(f.runner.documents.Layout().Images(repository), digest)
	if err != nil {
		return nil, jobImage(j, err)
	}
	main := path.Clean("/" + cmp.Or(image.Labels[labelMain], image.Env[mainVariable]))
	code := path.Clean("/" + cmp.Or(image.Labels[labelCode], path.Dir(main)))
	inside, below := strings.CutPrefix(main, code+"/")
	if main == "/" || code == "/" || !below {
		return nil, problem.Problem{Resource: "job " + j.Name, Summary: "its image names no main program in a folder",
			Detail: fmt.Sprintf("The label %s is %q, the variable %s %q.", labelMain, image.Labels[labelMain], mainVariable, image.Env[mainVariable])}
	}
	if err := f.runnableYAML(j, path.Base(main)); err != nil {
		return nil, err
	}
	found, err := f.unpack(ctx, j, image, code, record)
	if err != nil {
		return nil, err
	}
	interpreter, site, err := f.interpreter(ctx, j, image, found, record)
	if err != nil {
		return nil, err
	}
	temporary, err := f.temporary()
	if err != nil {
		return nil, err
	}
	variables, err := f.variables(j, image, found, site, temporary)
	if err != nil {
		return nil, err
	}
	return &process.Program{
		Argv: []string{interpreter, filepath.Join(found.task, filepath.FromSlash(inside))}, Dir: found.task, Environment: variables,
		Close: func() error { return os.RemoveAll(temporary) },
	}, nil
}

func jobImage(j dataflow.Job, err error) error {
	return problem.Problem{Resource: "job " + j.Name, Summary: "its image cannot be used", Detail: err.Error(), Hint: "apply its pipeline again"}
}

// unpack unpacks the code and the packages of a job's image.
func (f *flow) unpack(ctx context.Context, j dataflow.Job, image *rootfs.Image, code string, record *record) (files, error) {
	cache := f.runner.cache("unpacked")
	about, err := image.Python(ctx, cache)
	if err != nil {
		return files{}, jobImage(j, err)
	}
	folders := []string{code}
	if about.SitePackages != "" {
		folders = append(folders, about.SitePackages)
	}
	got, err := image.Unpack(ctx, cache, func(layer string) { record.preparing("image of "+j.Name, "unpacking layer "+layer) }, folders...)
	if err != nil {
		return files{}, jobImage(j, err)
	}
	found := files{task: got[code], version: cmp.Or(about.Version, defaultPython)}
	if about.SitePackages != "" {
		found.site, found.packages = got[about.SitePackages], about.SitePackages
	}
	if found.task == "" {
		return files{}, jobImage(j, fmt.Errorf("it has no files in %s", code))
	}
	return found, nil
}

// interpreter finds the Python that runs a job. site is the folder of the image's own packages when they run in it: otherwise
// they are compiled for another Python or system, and the interpreter's environment has the same packages for this one. An
// image without packages runs with what this machine's Python has.
func (f *flow) interpreter(ctx context.Context, j dataflow.Job, image *rootfs.Image, found files, record *record) (program, site string, err error) {
	interpreter, err := f.find(ctx, found.version)
	if err != nil {
		return "", "", jobProblem(j, err, "install Python "+found.version+", or name a Python with --python")
	}
	if found.site == "" {
		return interpreter.Path, "", nil
	}
	compiled, packages, err := foreign(image, found, interpreter)
	if err != nil {
		return "", "", jobImage(j, err)
	}
	environments := python.Environments{Folder: f.runner.cache("environments"), Interpreter: interpreter}
	subject := "Python " + interpreter.Version()
	if compiled == "" {
		site, packages = found.site, nil
		if differs := difference(image, found.version, interpreter); differs != "" {
			record.preparing(subject, differs+": the image's own files run with it, since none of their packages is compiled")
		}
	} else {
		record.preparing(subject, fmt.Sprintf("%s: %s is compiled for the image's, so the image's %s installed for this machine's Python; these are not the image's own files",
			difference(image, found.version, interpreter), compiled, count(len(packages))))
	}
	env, err := environments.Exactly(ctx, packages, func(line string) { record.preparing(subject, line) })
	if err != nil {
		return "", "", jobProblem(j, err, "run with the image's own Python version by --python")
	}
	if env.Made {
		record.emit(Event{Kind: Prepared, Subject: subject})
	}
	return env.Python, site, nil
}

// find finds the Python for a minor version, once.
func (f *flow) find(ctx context.Context, version string) (python.Interpreter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if found, ok := f.pythons[version]; ok {
		return found, nil
	}
	found, err := python.Find(ctx, f.runner.options.Python, version)
	if err == nil {
		f.pythons[version] = found
	}
	return found, err
}

// jobProblem adds to a problem which job it is about, and what helps a job: containers are for functions.
func jobProblem(j dataflow.Job, err error, hint string) error {
	var p problem.Problem
	if !asProblem(err, &p) {
		return err
	}
	p.Resource, p.Hint = strings.TrimSuffix("job "+j.Name+", "+p.Resource, ", "), hint
	return p
}

// temporary makes a folder for the files of one job.
func (f *flow) temporary() (string, error) {
	parent, err := filepath.Abs(f.runner.documents.Layout().Cache("tmp"))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(parent, "job-")
}

// passed are variables of this machine that a program needs to reach the network and to find its tools.
var passed = []string{"PATH", "LANG", "LC_ALL", "JAVA_HOME", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}

// variables are those of a job's program: the image's, and what makes Google's libraries use the local buckets and no
// credentials of this machine's.
func (f *flow) variables(j dataflow.Job, image *rootfs.Image, found files, site, temporary string) ([]string, error) {
	all, err := gcs.Environment(f.storage.URL, temporary, j.Project)
	if err != nil {
		return nil, err
	}
	home := f.runner.cache("beam") // Beam keeps there what it downloads
	if err := os.MkdirAll(home, 0o755); err != nil {
		return nil, err
	}
	own := hostVariables(image, nil)
	search := []string{found.task}
	if site != "" {
		search = append(search, site)
		own[python.SiteVariable] = site
	}
	local := "127.0.0.1,localhost"
	maps.Copy(own, map[string]string{
		"HOME": home, "TMPDIR": temporary, "PYTHONPATH": strings.Join(search, string(os.PathListSeparator)), "PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1",
		"PYTHONPYCACHEPREFIX": f.runner.cache("bytecode"), "NO_PROXY": local, "no_proxy": local,
	})
	maps.Copy(own, all)
	for _, name := range passed {
		if value, set := os.LookupEnv(name); set {
			own[name] = value
		}
	}
	out := make([]string, 0, len(own))
	for _, name := range slices.Sorted(maps.Keys(own)) {
		out = append(out, name+"="+own[name])
	}
	return out, nil
}
