package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/goccy/go-yaml"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/problem"
)

//go:embed templates
var builtIn embed.FS

// Names of the templates, the same in dorc and in a folder of the user's own.
const (
	definitionFile = "pipeline.yaml"
	handlerFile    = "lambda.py"
)

// maxRendered is far above what a template is for; more is a loop without an end.
const maxRendered = 1 << 20

// Values are what a template can use, as in {{.Name}}. It also has the
// functions yaml, quote and underscored: {{yaml .Description}} is the text as YAML writes
// it, {{quote .Description}} in double quotes for YAML, JSON and Python, and
// {{underscored .Name}} a name with _ for -, as BigQuery has names.
type Values struct {
	// Layer and Name are the pipeline's.
	Layer, Name string
	// Description may be empty.
	Description string
	// Function is the function's name.
	Function string
	// SchemaComment is the first line of a pipeline.yaml, or of a dag.yaml, by which
	// editors know its format.
	SchemaComment string
}

type file struct {
	name string
	data []byte
}

// render fills the template of that name: the user's, else dorc's.
func (r Repo) render(name string, values Values) ([]byte, error) {
	text, shown, err := r.template(name)
	if err != nil {
		return nil, err
	}
	functions := template.FuncMap{"yaml": asYAML, "quote": asQuoted, "underscored": underscored}
	t, err := template.New(name).Funcs(functions).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, templateProblem(shown, name, err)
	}
	out := &limited{}
	if err := t.Execute(out, values); err != nil {
		return nil, templateProblem(shown, name, err)
	}
	return out.Bytes(), nil
}

// template reads a template. A folder of the user's own need not have both.
func (r Repo) template(name string) (text []byte, shown string, err error) {
	if r.Templates != "" {
		shown = filepath.Join(r.Templates, name)
		text, err = os.ReadFile(shown)
		if err == nil {
			return text, shown, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, "", problem.Problem{File: shown, Summary: "the template cannot be read", Detail: reason(err), Hint: "make it readable"}
		}
	}
	text, err = builtIn.ReadFile("templates/" + name)
	return text, name, err
}

// checkTemplates refuses a folder that is not there, or has neither template nor
// a kind's folder: it is most likely the wrong one.
func (r Repo) checkTemplates() error {
	if r.Templates == "" {
		return nil
	}
	if info, err := os.Stat(r.Templates); err != nil || !info.IsDir() {
		return problem.Problem{File: r.Templates, Summary: "there is no such folder of templates",
			Hint: "set PIPELINE_TEMPLATE_PATH to the folder that has them, or remove it; a relative path starts at dorc's folder"}
	}
	for _, name := range []string{definitionFile, handlerFile, string(definition.KindDataflow), string(definition.KindWorkflow), string(definition.KindDag)} {
		if _, err := os.Stat(filepath.Join(r.Templates, name)); err == nil {
			return nil
		}
	}
	return problem.Problem{File: r.Templates, Summary: "the folder of templates has neither " + definitionFile + " nor " + handlerFile,
		Hint: "set PIPELINE_TEMPLATE_PATH to the folder that has them, or remove it"}
}

var templatePlace = regexp.MustCompile(`^template: ?[^:]*:(\d+)(?::(\d+))?: `)

// templateProblem says where in a template the mistake is.
func templateProblem(shown, name string, err error) error {
	p := problem.Problem{File: shown, Summary: "the template cannot be used",
		Hint: "templates are those of Go's text/template, with .Layer, .Name, .Description, .Function and .SchemaComment"}
	detail := err.Error()
	if m := templatePlace.FindStringSubmatch(detail); m != nil {
		p.Line, _ = strconv.Atoi(m[1]) // the pattern has digits only
		if m[2] != "" {
			column, _ := strconv.Atoi(m[2])
			p.Column = column + 1 // text/template counts bytes from 0
		}
		detail = detail[len(m[0]):]
	}
	p.Detail = strings.TrimPrefix(detail, fmt.Sprintf("executing %q at ", name))
	return p
}

// limited keeps what is written to it, up to maxRendered.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxRendered {
		return 0, fmt.Errorf("it gives more than %d bytes", maxRendered)
	}
	return l.Buffer.Write(p)
}

// asYAML is a text of one line as YAML writes it, in quotes where it needs them.
func asYAML(text string) (string, error) {
	out, err := yaml.Marshal(text)
	return strings.TrimSuffix(string(out), "\n"), err
}

// asQuoted is a text in double quotes.
func asQuoted(text string) (string, error) {
	out, err := yaml.MarshalWithOptions(text, yaml.JSON())
	return strings.TrimSuffix(string(out), "\n"), err
}

// underscored is a name as BigQuery has those of datasets.
func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }
