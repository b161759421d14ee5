package images

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// folder is the function's folder below the project's.
const folder = "repo/src/" + fetch + "/"

// Links and files that no image can have are refused with the function's file, and
// nothing is pushed; without them the rerun goes on.
func TestFilesThatNoImageCanHave(t *testing.T) {
	t.Parallel()
	p := newProject(t, fetch, clean)
	p.succeeds("apply", "universal")
	p.succeeds("apply", "infra", "--env", "prod", "--only")
	outside := filepath.Join(t.TempDir(), "outside.txt")
	require.NoError(t, os.WriteFile(outside, []byte("not yours"), 0o600))
	link := func(to string) func(string) error {
		return func(path string) error { return os.Symlink(to, path) }
	}
	file := func(path string) error { return os.WriteFile(path, nil, 0o600) }
	for _, tc := range []struct {
		what, name string
		make       func(path string) error
		says       []string
	}{
		{"link to outside", "outside.txt", link(outside), []string{"the symbolic link cannot be followed", "Links are relative and lead to something inside the config repo"}},
		{"link to a folder outside", "etc", link("/etc"), []string{"the symbolic link cannot be followed", "Links are relative and lead to something inside the config repo"}},
		{"link up and out", "up", link("../../../../../.."), []string{"the symbolic link cannot be followed", "Links are relative and lead to something inside the config repo"}},
		{"broken link", "broken.txt", link("nowhere.txt"), []string{"the symbolic link cannot be followed", "no such file"}},
		{"link in a circle", "circle", link("."), []string{"leads in a circle"}},
		{"link to itself", "self", link("self"), []string{"self"}},
		{"new line in a name", "a\nb.txt", file, []string{"an image cannot have a file of this name", `a\nb.txt`, "Rename the file"}},
		{"escape in a name", "a\x1b[31mb.txt", file, []string{"an image cannot have a file of this name", `a\x1b[31mb.txt`}},
		{"a name that is no text", "a\xff.txt", file, []string{"an image cannot have a file of this name", `a\xff.txt`}},
		{"named pipe", "pipe", fifo, []string{"this is not a file"}},
		{"dorc's own name", "global-requirements.txt", file, []string{"a file of the function has the name of a file that dorc puts there"}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			p.t = t
			p.write("repo/requirements.txt", "# none\n")
			path := p.path(folder + tc.name)
			require.NoError(t, tc.make(path))
			defer os.Remove(path)
			for _, args := range [][]string{push, {"image", "build"}, {"plan", "infra", "--env", "prod"}, {"apply", "infra", "--env", "prod"}} {
				r := p.fails(args, append(tc.says, filepath.FromSlash("repo/src/"+fetch))...)
				assert.NotContains(t, r.said(), "\x1b[31m")
				assert.NotContains(t, r.said(), "not yours")
			}
			assert.NotContains(t, strings.Join(p.localTags(), " "), fetchRepository)
		})
	}
	p.t = t
	p.succeeds("apply", "infra", "--env", "prod")
	assert.Contains(t, p.succeeds("image", "inspect", "weather", "--function", "fetch", "--env", "prod").stdout, "dorc: function")
}

// Names that are odd but possible arrive as they are, and links inside the repo as
// the files that they lead to.
func TestOddNamesArrive(t *testing.T) {
	t.Parallel()
	p := onRegistry(t, fetch)
	odd := []string{
		"with space.txt", " leading and trailing ", "grün-日本-🚀.txt", "u\u0308 decomposed.txt", "-rf", "--help", `quo"te'd.txt`, "$(touch pwned)", "`id`;&|<>",
		`back\slash.txt`, "..dots", "%41%2e", "#hash", "per%sent%d", "star*[a]?{b}.txt", strings.Repeat("n", 255), "deep/" + strings.Repeat("d", 120) + "/" + strings.Repeat("e", 120) + "/f.txt",
	}
	want := map[string]string{}
	for i, name := range odd {
		content := strings.Repeat("x", i) + name
		p.write(folder+name, content)
		want["var/task/"+name] = content
	}
	p.write("repo/shared/common.py", "shared = 1\n")
	require.NoError(t, os.Symlink("../../../../shared/common.py", p.path(folder+"common.py")))
	want["var/task/common.py"] = "shared = 1\n"
	want["var/task/lambda.py"] = p.read(folder + "lambda.py")
	p.succeeds(push...)
	assert.Equal(t, want, contents(t, p.imageOf(fetchRepository)))
	assert.NoFileExists(t, p.path("pwned"))

	// The same on the local target, where they are unpacked with these names.
	p.env["DORC_TARGET"] = "local"
	delete(p.env, "AWS_ACCOUNT")
	p.replace(".dorc/state/.pulumi/stacks/Pipelines/universal.json", p.registry.host(), localRegistry)
	p.succeeds(push...)
}
