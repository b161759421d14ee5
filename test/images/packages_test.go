package images

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const any3 = "py3-none-any"

// A requirement that cannot be had: the function, the file and the line, and no
// tag; the function beside it is not harmed, and a rerun goes on.
func TestRequirementsThatCannotBeHad(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3)
	x.wheel(t, "better", "1.0", any3)
	x.wheel(t, "windows", "1.0", "cp312-cp312-win_amd64")
	x.add("source", "source-1.0.tar.gz", []byte("nobody reads it"))
	p := onRegistry(t, fetch, clean)
	for _, tc := range []struct {
		name, line string
		says       []string
	}{
		{"no wheel at all", "source==1.0", []string{"a package has no wheel for the image", "source==1.0", "linux/amd64"}},
		{"no wheel for the platform", "windows==1.0", []string{"a package has no wheel for the image", "windows==1.0"}},
		{"no such package", "nowhere==1.0", []string{"a required package does not exist", "nowhere"}},
		{"no such version", "better==7.5", []string{"a required version does not exist", "better==7.5"}},
		{"not a requirement", "good = = 1", []string{"good = = 1"}},
		{"a flag", "--target=/tmp/x", []string{"--target"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p.t = t
			p.env["PIP_INDEX_URL"] = x.address()
			p.write("repo/src/"+fetch+"/requirements.txt", "good==1.0\n"+tc.line+"\n")
			p.registry.forget()
			p.fails(push, append(tc.says, "function "+fetch, "src/"+fetch+"/requirements.txt:2")...)
			assert.Empty(t, p.registry.writes("/"+fetchRepository+"/manifests/"))
		})
	}
	p.t = t
	p.write("repo/src/"+fetch+"/requirements.txt", "good==1.0\n")
	p.registry.forget()
	p.succeeds(push...)
	assertOnce(t, p.registry.writes("digest="))
	image := p.imageOf(fetchRepository)
	assert.Equal(t, "version = '1.0'\n", contents(t, image)["var/lang/lib/python3.12/site-packages/good.py"])
}

// An index that is down, and one that asks for a login.
func TestIndexesThatFail(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3)
	p := onRegistry(t, fetch)
	p.write("repo/requirements.txt", "good==1.0\n")
	says := []string{"function " + fetch, "requirements.txt:1"}

	p.fails(push, append(says, "a package index cannot be reached")...)
	x.user, x.password = "someone", "secret-word"
	p.env["PIP_INDEX_URL"] = x.URL + "/simple"
	p.fails(push, append(says, "a package index does not accept the credentials")...)
	assert.Empty(t, p.registry.writes(""))
	p.env["PIP_INDEX_URL"] = x.address()
	r := p.succeeds(push...)
	assert.NotContains(t, r.said(), "secret-word")
	assert.Len(t, p.registry.tags(), 1)
}

// An apply says the same below the function's image, leaves no tag for it, and
// keeps what it could do.
func TestAnApplyWithoutAWheel(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	x.wheel(t, "good", "1.0", any3)
	x.add("source", "source-1.0.tar.gz", []byte("nobody reads it"))
	p := newProject(t, fetch, clean)
	p.env["PIP_INDEX_URL"] = x.address()
	p.succeeds("apply", "universal")
	p.succeeds("apply", "infra", "--env", "prod", "--only")
	file := "repo/src/" + fetch + "/requirements.txt"
	p.write(file, "source==1.0\n")
	p.succeeds("plan", "weather", "--env", "prod")
	r := p.dorc("apply", "weather", "--env", "prod")
	assert.Equal(t, 1, r.code)
	r.clear(t, "src/"+fetch+"/requirements.txt:1", "a package has no wheel for the image", "function "+fetch, "image_builder: docker")
	assert.Regexp(t, `dorc:image:Image fetch .*failed`, r.stdout)
	assert.NotContains(t, strings.Join(p.localTags(), " "), fetchRepository)

	p.write(file, "good==1.0\n")
	p.succeeds("apply", "weather", "--env", "prod")
	assert.Len(t, p.localTags(), 2)
	assert.Zero(t, p.dorc("plan", "weather", "--env", "prod", "--detailed-exitcode").code)
}
