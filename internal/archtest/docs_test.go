package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/definition"
)

const root = "../.."

// pages are the Markdown files of the project, below its root.
func pages(t *testing.T) map[string]string {
	found := map[string]string{}
	add := func(path string) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		rel, err := filepath.Rel(root, path)
		require.NoError(t, err)
		found[filepath.ToSlash(rel)] = string(data)
	}
	for _, folder := range []string{"docs", "examples"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".md" {
				add(path)
			}
			return err
		}))
	}
	for _, name := range []string{"README.md", "CHANGELOG.md"} {
		if _, err := os.Stat(filepath.Join(root, name)); err == nil {
			add(filepath.Join(root, name))
		}
	}
	return found
}

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headline = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fence    = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")
	inCode   = regexp.MustCompile("`((?:cmd|pkg|internal|universal|infra|pipelines|examples|schema|scripts|test|docs)/[A-Za-z0-9_./-]+)`")
)

// Links between pages lead to a file, and to a headline of it.
func TestLinks(t *testing.T) {
	all := pages(t)
	for page, text := range all {
		for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
			target, headlineOf, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := page
			if target != "" {
				file = filepath.ToSlash(filepath.Join(filepath.Dir(page), target))
				if _, err := os.Stat(filepath.Join(root, file)); err != nil {
					t.Errorf("%s: the link %s leads nowhere", page, m[1])
					continue
				}
			}
			if headlineOf != "" && !slices.Contains(anchors(all[file]), headlineOf) {
				t.Errorf("%s: %s has no headline for the link %s", page, file, m[1])
			}
		}
	}
}

// anchors are the addresses that GitHub gives to a page's headlines.
func anchors(text string) (found []string) {
	drop := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, m := range headline.FindAllStringSubmatch(text, -1) {
		found = append(found, strings.ReplaceAll(drop.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return found
}

// Files and folders that a page names exist.
func TestNamedFiles(t *testing.T) {
	for page, text := range pages(t) {
		if strings.HasPrefix(page, "examples/") {
			continue // they speak of their own folders
		}
		for _, m := range inCode.FindAllStringSubmatch(text, -1) {
			_, err := os.Stat(filepath.Join(root, m[1]))
			if err != nil && !strings.Contains(m[1], "Pulumi.") && !slices.Contains(ofConfigRepos, m[1]) {
				t.Errorf("%s: there is no %s", page, m[1])
			}
		}
	}
}

// ofConfigRepos are paths that pages name as those of a user's repo.
var ofConfigRepos = []string{"infra/main.go", "universal/main.go", "examples/pipeline-config/templates"}

// The examples of pipeline.yaml are sound.
func TestPipelineExamples(t *testing.T) {
	text := pages(t)["docs/pipeline.md"]
	count := 0
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		if m[1] != "yaml" {
			continue
		}
		count++
		_, _, problems := definition.Parse("docs/pipeline.md", []byte(m[2]))
		assert.Empty(t, problems, m[2])
	}
	assert.Equal(t, 2, count)
	schedules := regexp.MustCompile("(?m)^\\| `((?:cron|rate)\\([^`]+)`").FindAllStringSubmatch(text, -1)
	assert.NotEmpty(t, schedules)
	for _, m := range schedules {
		_, _, problems := definition.Parse("docs/pipeline.md", []byte("triggers: [{schedule: \""+m[1]+"\"}]\n"))
		assert.Empty(t, problems)
	}
}

// The examples of pipeline.yaml on Google Cloud are sound.
func TestDataflowExamples(t *testing.T) {
	count := 0
	for _, m := range fence.FindAllStringSubmatch(pages(t)["docs/dataflow.md"], -1) {
		if m[1] != "yaml" {
			continue
		}
		count++
		_, _, problems := definition.Parse("docs/dataflow.md", []byte(m[2]))
		assert.Empty(t, problems, m[2])
	}
	assert.Equal(t, 3, count)
}

// The pieces of Go in docs/library.md are parts of examples that the tests run.
func TestLibraryCode(t *testing.T) {
	text := pages(t)["docs/library.md"]
	var sources strings.Builder
	for _, m := range regexp.MustCompile(`\]\(\.\./([a-z/]+_test\.go)\)`).FindAllStringSubmatch(text, -1) {
		data, err := os.ReadFile(filepath.Join(root, m[1]))
		require.NoError(t, err)
		sources.Write(data)
	}
	count := 0
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		if m[1] == "go" {
			count++
			assert.Contains(t, sources.String(), m[2])
		}
	}
	assert.Equal(t, 5, count)
}

// docs/limitations.md lists the resource types that the local cloud has, a table for each cloud.
func TestLocalTypes(t *testing.T) {
	word := regexp.MustCompile("`([^`]+)`")
	for _, cloud := range []string{"aws", "gcp"} {
		listed := map[string]bool{}
		for line := range strings.Lines(pages(t)["docs/limitations.md"]) {
			cells := strings.Split(line, "|")
			if len(cells) != 4 || !strings.Contains(cells[1], "`"+cloud+":") {
				continue
			}
			pkg := strings.Trim(cells[1], " `")
			for _, m := range word.FindAllStringSubmatch(cells[2], -1) {
				listed[pkg+"/"+moduleOf(m[1])+":"+m[1]] = true
			}
		}
		var code strings.Builder
		files, err := filepath.Glob(filepath.Join(root, "pkg/local", cloud, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				data, err := os.ReadFile(file)
				require.NoError(t, err)
				code.Write(data)
			}
		}
		has := map[string]bool{}
		for _, m := range regexp.MustCompile(`Type\s*= "(`+cloud+`:[^"]+)"`).FindAllStringSubmatch(code.String(), -1) {
			has[m[1]] = true
		}
		assert.Equal(t, has, listed)
	}
}

// moduleOf is the part of a token before a type's name: the same in lower case at
// its beginning.
func moduleOf(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// The list of decisions has every page.
func TestDecisions(t *testing.T) {
	all := pages(t)
	for page := range all {
		if dir, name := filepath.Split(page); dir == "docs/decisions/" && name != "README.md" {
			assert.Contains(t, all["docs/decisions/README.md"], "("+name+")")
			assert.True(t, strings.HasPrefix(all[page], "# "+name[:3]+": "), "%s begins with its number", page)
		}
	}
}
