package images

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A plan says which images will change and why, and builds, fetches and pushes
// nothing; nothing else is replaced.
func TestAPlanSaysWhy(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3)
	x.wheel(t, "good", "2.0", any3)
	p := newProject(t, fetch, clean)
	p.env["PIP_INDEX_URL"] = x.address()
	p.write("repo/requirements.txt", "good==1.0\n")
	p.write("repo/src/"+fetch+"/requirements.txt", "good\n")
	p.write("repo/shared/common.py", "shared = 1\n")
	p.replace("repo/universal/Pulumi.universal.yaml", "config:\n", "config:\n  shared_code_folder: shared\n")
	p.succeeds("apply", "universal")
	p.succeeds("apply", "infra", "--env", "prod")

	both := []string{"clean", "fetch"}
	for _, tc := range []struct {
		what, file, text string
		changes          string
		images           []string
	}{
		{"code", "repo/src/" + fetch + "/lambda.py", "def handler(event, context):\n    return 2\n", "codeHash", []string{"fetch"}},
		{"another file", "repo/src/" + clean + "/data.csv", "1;2\n", "codeHash", []string{"clean"}},
		{"the repo's requirements", "repo/requirements.txt", "good==2.0\n", "requirementsHash", both},
		{"the pipeline's requirements", "repo/src/raw/weather/requirements.txt", "good\n", "requirementsHash", both},
		{"the function's requirements", "repo/src/" + fetch + "/requirements.txt", "good>=1\n", "requirementsHash", []string{"fetch"}},
		{"shared code", "repo/shared/common.py", "shared = 2\n", "sharedHash", both},
		{"a locked base", "repo/base-images.lock", lockFile("public.ecr.aws/lambda/python:3.12", "a"), "baseDigest", both},
		{"another base", "repo/Dockerfile", standardDockerfile("public.ecr.aws/lambda/python:3.13"), "base", both},
		{"what git ignores", "repo/src/" + fetch + "/__pycache__/lambda.cpython-312.pyc", "x", "", nil},
	} {
		t.Run(tc.what, func(t *testing.T) {
			p.t = t
			old, err := os.ReadFile(p.path(tc.file))
			p.write("repo/.gitignore", "__pycache__/\n")
			p.write(tc.file, tc.text)
			before := p.made()
			text := p.succeeds("plan", "infra", "--env", "prod").stdout
			changed := p.plannedImages()
			assert.Equal(t, before, p.made(), "a plan makes nothing")
			require.Len(t, changed, len(tc.images))
			for _, name := range tc.images {
				require.Contains(t, changed, name)
				assert.Equal(t, []string{tc.changes}, changed[name])
				assert.Regexp(t, `dorc:image:Image `+name+` .*`+tc.changes, text)
			}
			if err == nil {
				p.write(tc.file, string(old))
			} else {
				require.NoError(t, os.Remove(p.path(tc.file)))
			}
		})
	}
	p.t = t
	assert.Zero(t, p.dorc("plan", "infra", "--env", "prod", "--detailed-exitcode").code)
}

// lockFile is a lock file as dorc writes it.
func lockFile(reference, digit string) string {
	return reference + ": sha256:" + strings.Repeat(digit, 64) + "\n"
}

// made are the files of the cache and of the local cloud's registry.
func (p *project) made() (files []string) {
	p.t.Helper()
	for _, dir := range []string{p.env["DORC_CACHE_DIR"], p.path(".dorc/images")} {
		require.NoError(p.t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, path)
			}
			return err
		}))
	}
	require.NotEmpty(p.t, files)
	return files
}

// plannedImages are the images that a plan would change, with the properties that
// are why.
func (p *project) plannedImages() map[string][]string {
	p.t.Helper()
	found := map[string][]string{}
	for line := range strings.Lines(p.succeeds("plan", "infra", "--env", "prod", "--json").stdout) {
		var event struct {
			ResourcePreEvent struct {
				Metadata struct {
					Op, URN, Type string
					Diffs         []string
				}
			}
		}
		require.NoError(p.t, json.Unmarshal([]byte(line), &event))
		m := event.ResourcePreEvent.Metadata
		if m.Type == "dorc:image:Image" && m.Op == "create-replacement" {
			found[m.URN[strings.LastIndex(m.URN, ":")+1:]] = m.Diffs
		}
	}
	return found
}
