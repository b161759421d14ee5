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

	"github.com/dorc-dev/dorc/pkg/local/run/gcs"
	"github.com/dorc-dev/dorc/pkg/local/run/kubernetes"
	"github.com/dorc-dev/dorc/pkg/local/run/process"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// pod makes a pod's program ready: the files of an applied image of dorc's, with this machine's Python.
func (g *google) pod(ctx context.Context, c kubernetes.Container, say func(string)) (*process.Program, error) {
	whose := "pod " + c.Pod
	repository, digest, err := imageReference(whose, c.Image)
	if err != nil {
		return nil, err
	}
	image, err := rootfs.Open(g.flow.runner.documents.Layout().Images(repository), digest)
	if err != nil {
		return nil, unusable(whose, err)
	}
	code := image.Labels[labelCode]
	if code == "" {
		return nil, problem.Problem{Resource: whose, Summary: "its image is none of dorc's", Detail: c.Image,
			Hint: "the local target runs images that dorc has built; run this DAG on the cloud target"}
	}
	found, err := g.flow.unpack(ctx, whose, image, code, g.flow.root)
	if err != nil {
		return nil, err
	}
	interpreter, site, err := g.flow.interpreter(ctx, whose, image, found, g.flow.root)
	if err != nil {
		return nil, err
	}
	temporary, err := g.flow.temporary()
	if err != nil {
		return nil, err
	}
	p := &podProgram{google: g, image: image, container: c, found: found, code: code, interpreter: interpreter, site: site, temporary: temporary}
	program, err := p.ready()
	if err != nil {
		return nil, err
	}
	say(fmt.Sprintf("%s: the files of its image, with %s", repository, interpreter))
	return program, nil
}

// podProgram is a pod's program on this machine.
type podProgram struct {
	google            *google
	image             *rootfs.Image
	container         kubernetes.Container
	found             files
	code              string
	interpreter, site string
	temporary         string
}

func (p *podProgram) ready() (*process.Program, error) {
	bin := filepath.Join(p.temporary, "bin")
	if err := python.Scripts(bin, p.interpreter, cmp.Or(p.site, python.SiteOf(p.interpreter))); err != nil {
		return nil, err
	}
	command := slices.Concat(p.container.Command, p.container.Args)
	if len(p.container.Command) == 0 {
		command = slices.Concat(p.image.Entrypoint, p.container.Args)
	}
	if len(command) == 0 {
		return nil, problem.Problem{Resource: "pod " + p.container.Pod, Summary: "neither it nor its image names a command"}
	}
	program := filepath.Join(bin, path.Base(command[0]))
	if _, err := os.Stat(program); err != nil {
		return nil, problem.Problem{Resource: "pod " + p.container.Pod, Summary: fmt.Sprintf("the image has no program %q that can run here", command[0]),
			Detail: "on the local target pods run the console scripts of the image's Python packages, and python", Hint: "name one of them"}
	}
	argv := []string{program}
	for _, word := range command[1:] {
		argv = append(argv, p.outside(word))
	}
	google, err := gcs.Environment(p.google.flow.storage.URL, p.temporary, p.google.project())
	if err != nil {
		return nil, err
	}
	google["BIGQUERY_EMULATOR_HOST"] = p.google.bigquery.URL()
	variables := p.google.flow.programVariables(p.image, p.container.Environment, p.found, p.site, p.temporary, google, p.temporary)
	for i, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		switch {
		case name == "PATH":
			value = bin + string(os.PathListSeparator) + value
		case !slices.Contains(passed, name):
			value = p.outside(value)
		}
		variables[i] = name + "=" + value
	}
	return &process.Program{
		Argv: argv, Dir: p.outside(cmp.Or(p.container.WorkingDir, p.image.WorkingDir, p.code)), Environment: variables,
		Close: func() error { return os.RemoveAll(p.temporary) },
	}, nil
}

// outside is a path in the image as this machine has it: the code is unpacked, and /tmp is the pod's own folder. Other
// words stay.
func (p *podProgram) outside(word string) string {
	for inside, folder := range maps.All(map[string]string{p.code: p.found.task, "/tmp": p.temporary}) {
		if word == inside {
			return folder
		}
		if below, ok := strings.CutPrefix(word, inside+"/"); ok {
			return filepath.Join(folder, filepath.FromSlash(below))
		}
	}
	return word
}
