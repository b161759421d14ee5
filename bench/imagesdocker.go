package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// dockerCLI is a docker program that can build with BuildKit, and its engine.
type dockerCLI struct {
	path, version string
	env           []string
}

// findDocker finds the program in PATH, the first of those that have the buildx
// plugin or need none. Without one it says why.
func findDocker(dir, host string) (found *dockerCLI, why string) {
	why = "there is no docker program in PATH"
	for _, folder := range filepath.SplitList(os.Getenv("PATH")) {
		path := filepath.Join(folder, "docker")
		if _, err := exec.LookPath(path); err != nil {
			continue
		}
		d := &dockerCLI{path: path, env: environment("DOCKER_HOST="+host, "DOCKER_BUILDKIT=1", "DOCKER_CONFIG="+filepath.Join(dir, "docker-config"))}
		out, err := d.output("version", "--format", "{{.Client.Version}} with engine {{.Server.Version}}")
		if err != nil {
			why = fmt.Sprintf("%s finds no engine: %v", path, err)
			continue
		}
		d.version = out
		_, failed := d.output("buildx", "version")
		// https://docs.docker.com/build/buildkit/#getting-started
		if major, _, _ := strings.Cut(out, "."); failed != nil && atLeast(major, 23) {
			why = path + " needs the buildx plugin for BuildKit, and has none"
			continue
		}
		return d, ""
	}
	return nil, why
}

func atLeast(major string, want int) bool {
	n, err := strconv.Atoi(major)
	return err != nil || n >= want
}

func (d *dockerCLI) output(args ...string) (string, error) {
	cmd := exec.Command(d.path, args...)
	cmd.Env = d.env
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("docker %v: %w\n%s", args, err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// buildAndPush is what a person does with Docker: two commands.
func (d *dockerCLI) buildAndPush(repo, dockerfile, codePath, tag string, limit time.Duration) (build, push sample, err error) {
	// The engine has the host's network only.
	build, err = timed(repo, d.env, limit, d.path, "build", "--network=host", "--platform=linux/amd64",
		"--build-arg=CODE_PATH="+codePath, "--file="+dockerfile, "--tag="+tag, ".")
	if err != nil {
		return build, push, err
	}
	push, err = timed(repo, d.env, limit, d.path, "push", tag)
	return build, push, err
}

// check says whether an image has the packages and this line of code.
func (d *dockerCLI) check(image, line string) error {
	program := "import " + packageImports + "; print(open('/var/task/lambda.py').read())"
	out, err := d.output("run", "--rm", "--network=host", "--entrypoint=python3", image, "-c", program)
	if err == nil && !strings.Contains(out, line+"\n") {
		err = fmt.Errorf("the image %s has not the code that was changed last", image)
	}
	return err
}

// requirementsFirst is the Dockerfile with the code copied last, so that Docker
// keeps the layers of packages when only code changes.
func requirementsFirst(dockerfile string) (string, error) {
	var code string
	var lines []string
	for line := range strings.Lines(dockerfile) {
		switch {
		case strings.HasPrefix(line, "COPY ${CODE_PATH}/* "):
			code = line
			continue
		case strings.HasPrefix(line, "CMD ") && code != "":
			lines = append(lines, code)
		}
		lines = append(lines, line)
	}
	if code == "" {
		return "", fmt.Errorf("%s/Dockerfile copies no ${CODE_PATH}/*", example)
	}
	return strings.Join(lines, ""), nil
}
