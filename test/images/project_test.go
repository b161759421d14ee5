package images

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// project is a folder in which someone works with dorc: a config repo with
// functions, its settings and a home of its own.
type project struct {
	t   *testing.T
	dir string
	// env are the variables of the user.
	env map[string]string
	// registry is where images are pushed to and the base image is, or nil on the
	// local target.
	registry *faulty
}

// localRegistry is what the local cloud calls its image repositories' host.
const localRegistry = "000000000000.dkr.ecr.eu-west-2.amazonaws.com"

// newProject is on the local target, with these functions: <layer>/<pipeline>/<name>.
func newProject(t *testing.T, functions ...string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), env: map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": t.TempDir(), "TMPDIR": t.TempDir(), "TZ": "UTC", "DORC_CACHE_DIR": t.TempDir(),
		"PIP_CONFIG_FILE": os.DevNull, "PIP_RETRIES": "0", "UV_HTTP_RETRIES": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
		"NO_PROXY": "*", "AWS_EC2_METADATA_DISABLED": "true", "PULUMI_CONFIG_PASSPHRASE": "x",
	}}
	p.write(".env", "CONFIG_REPO_PATH=repo\n")
	p.write("repo/universal/Pulumi.universal.yaml", "config:\n  project: shop\n  region: eu-west-2\n")
	p.write("repo/infra/Pulumi.prod.yaml", "config:\n  environment: prod\n")
	for _, f := range functions {
		p.write("repo/src/"+f+"/lambda.py", "# "+f+"\ndef handler(event, context):\n    return event\n")
	}
	return p
}

// onRegistry gives the functions repositories in a registry in this process, which
// has their base image too: from here on the target is the cloud. The repositories
// are made in the local cloud; that they are elsewhere is written into the state.
func onRegistry(t *testing.T, functions ...string) *project {
	t.Helper()
	p := newProject(t, functions...)
	p.registry = newRegistry(t)
	p.write("repo/Dockerfile", standardDockerfile(p.registry.host()+"/lambda/python:3.12"))
	p.succeeds("apply", "universal")
	state := filepath.Join(".dorc", "state", ".pulumi", "stacks", "Pipelines", "universal.json")
	p.replace(state, localRegistry, p.registry.host())
	p.env["DORC_TARGET"], p.env["AWS_ACCOUNT"], p.env["AWS_REGION"] = "cloud", "123456789012", "eu-west-2"
	return p
}

// standardDockerfile has the standard form.
func standardDockerfile(base string) string {
	return strings.Join([]string{
		"FROM " + base, "ARG CODE_PATH", "COPY ${CODE_PATH}/* ${LAMBDA_TASK_ROOT}/",
		"COPY requirements.tx[t]  ./global-requirements.txt",
		`RUN test -f global-requirements.txt && pip install -r global-requirements.txt || echo "No global requirements"`,
		"COPY ${CODE_PATH}/../requirements.tx[t] ${LAMBDA_TASK_ROOT}/",
		`RUN test -f ${LAMBDA_TASK_ROOT}/requirements.txt && pip install -r ${LAMBDA_TASK_ROOT}/requirements.txt || echo "No local requirements"`,
		`CMD [ "lambda.handler" ]`,
	}, "\n") + "\n"
}

func (p *project) environment() (all []string) {
	for name, value := range p.env {
		all = append(all, name+"="+value)
	}
	slices.Sort(all)
	return all
}

func (p *project) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p *project) write(name, text string) {
	p.t.Helper()
	require.NoError(p.t, os.MkdirAll(filepath.Dir(p.path(name)), 0o755))
	require.NoError(p.t, os.WriteFile(p.path(name), []byte(text), 0o644))
}

func (p *project) read(name string) string {
	p.t.Helper()
	data, err := os.ReadFile(p.path(name))
	require.NoError(p.t, err)
	return string(data)
}

// replace puts one text in the place of another, which must be there.
func (p *project) replace(name, old, with string) {
	p.t.Helper()
	text := p.read(name)
	require.Contains(p.t, text, old)
	p.write(name, strings.ReplaceAll(text, old, with))
}

// many are n functions of one pipeline.
func many(n int) (functions []string) {
	for i := range n {
		functions = append(functions, fmt.Sprintf("raw/weather/f%02d", i))
	}
	return functions
}
