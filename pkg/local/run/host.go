package run

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// defaultPython is the Python of an image that does not tell.
const defaultPython = "3.12"

// layersFolder is where Lambda layers have their Python modules
// (https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html).
const layersFolder = "/opt/python"

// files are the folders of an image on the host; "" for what the image does not have.
type files struct {
	task, layers, site string
	// version is of the image's Python, packages the folder of site inside the image.
	version, packages string
}

// onHost makes a function ready to run with the host's Python.
func (s *session) onHost(ctx context.Context, f *lambda.Function, image *rootfs.Image, own map[string]string, record *record) error {
	found, err := s.unpack(ctx, f.Name, image, record)
	if err != nil {
		return err
	}
	interpreter, err := s.interpreter(ctx, found.version)
	if err != nil {
		return err
	}
	env, ownSite, err := s.environment(ctx, f.Name, image, found, interpreter, record)
	if err != nil {
		return err
	}
	host := &lambda.Host{Python: env.Python, TaskRoot: found.task, Bytecode: s.runner.cache("bytecode"), Variables: map[string]string{}}
	f.Runtime, f.Folders = host, map[string]string{}
	for folder, inside := range map[string]string{found.task: f.TaskRoot, found.layers: layersFolder, found.site: found.packages} {
		if folder != "" {
			f.Folders[folder] = inside
		}
	}
	f.Variables = hostVariables(image, own)
	host.Path = searched(found, f.Folders, ownSite, cmp.Or(own["PYTHONPATH"], image.Env["PYTHONPATH"]))
	if ownSite {
		host.Variables[python.SiteVariable] = found.site
	}
	return nil
}

// hostVariables are the image's variables and the function's own, without those that name folders of the image's Linux.
func hostVariables(image *rootfs.Image, own map[string]string) map[string]string {
	all := map[string]string{}
	for name, value := range image.Env {
		all[name] = value
	}
	for _, linux := range []string{"PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "VIRTUAL_ENV"} {
		delete(all, linux)
	}
	for name, value := range own {
		all[name] = value
	}
	delete(all, "PYTHONPATH")
	return all
}

// searched are the folders that modules are looked for in, in Lambda's order: after the task root what PYTHONPATH
// says, Lambda layers, the image's packages
// (https://docs.aws.amazon.com/lambda/latest/dg/python-image.html#python-image-searchpath).
func searched(found files, folders map[string]string, ownSite bool, pythonPath string) (path []string) {
	for _, inside := range strings.Split(pythonPath, ":") {
		for host, folder := range folders {
			if rest, ok := strings.CutPrefix(inside+"/", folder+"/"); ok {
				path = append(path, filepath.Join(host, filepath.FromSlash(rest)))
			}
		}
	}
	if found.layers != "" {
		path = append(path, filepath.Join(found.layers, "lib", "python"+found.version, "site-packages"), found.layers)
	}
	if ownSite {
		path = append(path, found.site)
	}
	return path
}

// unpack unpacks the parts of an image that the host's Python needs.
func (s *session) unpack(ctx context.Context, name string, image *rootfs.Image, record *record) (files, error) {
	cache := s.runner.cache("unpacked")
	about, err := image.Python(ctx, cache)
	if err != nil {
		return files{}, imageProblem(name, err)
	}
	folders := []string{image.TaskRoot, layersFolder}
	if about.SitePackages != "" {
		folders = append(folders, about.SitePackages)
	}
	got, err := image.Unpack(ctx, cache, func(layer string) { record.preparing("image of "+name, "unpacking layer "+layer) }, folders...)
	if err != nil {
		return files{}, imageProblem(name, err)
	}
	found := files{task: got[image.TaskRoot], layers: got[layersFolder], version: cmp.Or(about.Version, defaultPython)}
	if about.SitePackages != "" {
		found.site, found.packages = got[about.SitePackages], about.SitePackages
	}
	if found.task == "" {
		return files{}, problem.Problem{Resource: "function " + name, Summary: "its image has no files in its task root",
			Detail: fmt.Sprintf("The task root is %s, by the image's LAMBDA_TASK_ROOT or working directory.", image.TaskRoot), Hint: "copy the function there, and apply again"}
	}
	if about == (rootfs.Python{}) {
		return found, packagesOutside(name, found.task)
	}
	return found, nil
}

// packagesOutside refuses an image of a dorc that did not install the packages that a function requires.
func packagesOutside(name, task string) error {
	for _, file := range []string{"global-requirements.txt", "pipeline-requirements.txt", "requirements.txt"} {
		data, err := os.ReadFile(filepath.Join(task, file))
		if err != nil && !os.IsNotExist(err) {
			return imageProblem(name, err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				return problem.Problem{Resource: "function " + name, Summary: "its image has no Python packages inside",
					Detail: fmt.Sprintf("It requires %q (%s), and was built by an earlier version of dorc, which left packages out of images.", line, file),
					Hint:   "apply its pipeline again"}
			}
		}
	}
	return nil
}

// interpreter finds the Python for a minor version, once.
func (s *session) interpreter(ctx context.Context, version string) (python.Interpreter, error) {
	if found, ok := s.pythons[version]; ok {
		return found, nil
	}
	found, err := python.Find(ctx, s.runner.options.Python, version)
	if err == nil {
		s.pythons[version] = found
	}
	return found, err
}

// image finds a function's image in the local cloud.
func (s *session) image(name string, doc *cloud.Document) (*rootfs.Image, string, error) {
	repository, digest, err := imageReference("function "+name, text(doc, "imageUri"))
	if err != nil {
		return nil, "", err
	}
	image, err := rootfs.Open(s.runner.documents.Layout().Images(repository), digest)
	if err != nil {
		return nil, "", imageProblem(name, err)
	}
	return image, repository, nil
}
