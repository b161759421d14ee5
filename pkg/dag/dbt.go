package dag

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// dbtWord is a word of a command of dbt: letters first, so that it is no option.
var dbtWord = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// dbtEndless are commands that wait for a person.
var dbtEndless = map[string]string{"docs serve": "it serves pages until someone ends it", "init": "it asks questions, and makes a new project"}

// dbtCommand reads the command of a task of dbt, such as "docs generate".
func (t *taskReader) dbtCommand() {
	words := strings.Fields(t.task.Target)
	for _, w := range words {
		if !dbtWord.MatchString(w) {
			t.Refuse(t.target, fmt.Sprintf("%q is no command of dbt", tree.Shorten(t.task.Target)), fmt.Sprintf("%q is neither a command nor a name", tree.Shorten(w)),
				"Write options under options.arguments.")
			return
		}
	}
	command := strings.Join(words, " ")
	if why, endless := dbtEndless[command]; endless {
		t.Refuse(t.target, fmt.Sprintf("dbt %s cannot be a task", command), why, "")
	}
	t.task.Target = command
}

// dbtOptions are the options of a task of dbt.
func (t *taskReader) dbtOptions() map[string]func(*yaml.Node) {
	t.task.Dbt = &Dbt{}
	d := t.task.Dbt
	return map[string]func(*yaml.Node){
		"project":   func(n *yaml.Node) { d.Project = t.Text(n, "project") },
		"version":   func(n *yaml.Node) { d.Version = t.dbtVersion(n) },
		"models":    func(n *yaml.Node) { d.Models = t.truth(n, "models") },
		"manifest":  func(n *yaml.Node) { d.Manifest = t.Text(n, "manifest") },
		"arguments": t.dbtArguments,
	}
}

// oldestDbt is the first version that DOP ran with these options.
var oldestDbt = [3]int{0, 19, 1}

var dbtVersionPattern = regexp.MustCompile(`^(\d{1,4})\.(\d{1,4})\.(\d{1,4})((a|b|rc|\.post)\d{1,4})?$`)

func (t *taskReader) dbtVersion(n *yaml.Node) string {
	v := tree.Follow(n)
	if v.Kind == yaml.ScalarNode && v.Tag == "!!float" {
		t.Refuse(n, "the version has two numbers", "this is "+tree.Describe(n), "Write three, such as 1.9.4.")
		return ""
	}
	version := t.Text(n, "version")
	if version == "" {
		return ""
	}
	m := dbtVersionPattern.FindStringSubmatch(version)
	if m == nil {
		t.Refuse(n, fmt.Sprintf("%q is no version of dbt", tree.Shorten(version)), "", "Write three numbers, such as 1.9.4.")
		return version
	}
	var given [3]int
	for i := range given {
		given[i], _ = strconv.Atoi(m[i+1]) //nolint:errcheck // the pattern has four digits at most
	}
	if slices.Compare(given[:], oldestDbt[:]) < 0 {
		t.Refuse(n, "the version of dbt is too old", version+" is given, at least 0.19.1 is needed", "")
	}
	return version
}

// checkDbt refuses a project that there is not, or that does not say where it connects to.
func (t *taskReader) checkDbt() {
	d := t.task.Dbt
	at := t.options["project"]
	if at == nil {
		t.Refuse(t.node, "a task of dbt has no project", "", "Write the name of a dbt project of the config repo: options: {project: …}")
		return
	}
	t.checkModels()
	known := t.reader.options.Dbt
	if known == nil || d.Project == "" {
		return
	}
	var names []string
	for _, p := range known {
		if p.Name != d.Project && p.Path != d.Project {
			names = append(names, p.Name)
			continue
		}
		d.Project = p.Name
		if p.Profile == "" {
			t.Refuse(at, fmt.Sprintf("the dbt project %q has no profile", p.Name), path.Join(p.Path, "dbt_project.yml")+" has no key profile, so dbt does not know where to connect to",
				"Write profile: <a name> there; dorc writes the profile of that name.")
		}
		t.checkVersion(p)
		t.checkManifest(p)
		return
	}
	detail := "dbt projects of the config repo: " + list(names)
	if len(names) == 0 {
		detail = "no folder of the config repo has a dbt_project.yml"
	}
	t.Refuse(at, fmt.Sprintf("there is no dbt project %q", tree.Shorten(d.Project)), detail, tree.DidYouMean(d.Project, names))
}
