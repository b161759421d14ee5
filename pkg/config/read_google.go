package config

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/naming"
)

// textField is a key whose value is a text of a certain look.
func textField[T any](name string, s shape, at func(*T) *string) field[T] {
	return field[T]{name: name, example: s.example, read: func(r *reader, n *yaml.Node, into *T) {
		*at(into) = shaped(r, n, name, s)
	}}
}

// googleUniversalFields are the keys of a project's block gcp.
func googleUniversalFields() []field[GoogleUniversal] {
	return []field[GoogleUniversal]{
		required(textField("project_id", projectIDShape, func(g *GoogleUniversal) *string { return &g.ProjectID })),
		{name: "region", required: true, example: "europe-west2", read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.Region = readGoogleRegion(r, n)
		}},
		{name: "create_project", example: "{billing_account_id: 012345-6789AB-CDEF01}", read: readCreateProject},
		textField("repository_name", repositoryShape, func(g *GoogleUniversal) *string { return &g.RepositoryName }),
		{name: "bucket_name", example: "exampledorc-data-artifacts", read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.BucketName = readGoogleBucketName(r, n)
		}},
		{name: "service_project", example: "example-dorc", read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.ServiceProject = readServiceProject(r, n)
		}},
		{name: "apis", example: "[bigquery.googleapis.com]", read: readAPIs},
		{name: "python_version", example: `"3.12"`, read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			var u Universal
			readPythonVersion(r, n, &u)
			g.PythonVersion = u.PythonVersion
		}},
		{name: "launcher_image", example: "gcr.io/dataflow-templates-base/python312-template-launcher-base", read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.LauncherImage = readImageName(r, n, "launcher_image", "gcr.io/dataflow-templates-base/python312-template-launcher-base")
		}},
		{name: "sdk_image", example: "apache/beam_python3.12_sdk:2.74.0", read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.SDKImage = readImageName(r, n, "sdk_image", "apache/beam_python3.12_sdk:2.74.0")
		}},
		{name: "dbt_base_image", example: DefaultDbtBase, read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.DbtBaseImage = readImageName(r, n, "dbt_base_image", DefaultDbtBase)
		}},
		{name: "airflow_base_image", example: DefaultAirflowBase, read: func(r *reader, n *yaml.Node, g *GoogleUniversal) {
			g.AirflowBaseImage = readImageName(r, n, "airflow_base_image", DefaultAirflowBase)
		}},
	}
}

func createProjectFields() []field[CreateProject] {
	return []field[CreateProject]{
		textField("name", projectNameShape, func(c *CreateProject) *string { return &c.Name }),
		required(textField("billing_account_id", billingShape, func(c *CreateProject) *string { return &c.BillingAccountID })),
		textField("folder_id", numberShape, func(c *CreateProject) *string { return &c.FolderID }),
		textField("organization_id", numberShape, func(c *CreateProject) *string { return &c.OrganizationID }),
	}
}

func required[T any](f field[T]) field[T] {
	f.required = true
	return f
}

func readGoogleUniversal(r *reader, n *yaml.Node, u *Universal) {
	g := &GoogleUniversal{}
	seen := readBlock(r, n, "gcp", googleUniversalFields(), g)
	u.GCP = g
	if google := seen["project_id"]; google != nil && g.CreateProject != nil && (strings.Contains(g.ProjectID, "google") || strings.Contains(g.ProjectID, "ssl")) {
		r.add(google, "project_id cannot be that of a new project", "it is "+quote(g.ProjectID)+"; an id has neither google nor ssl in it "+
			"(https://cloud.google.com/resource-manager/docs/creating-managing-projects)", "use another id")
	}
	version := or(g.PythonVersion, DefaultGooglePython)
	for _, image := range []struct{ key, name string }{{"launcher_image", g.LauncherImage}, {"sdk_image", g.SDKImage}} {
		if in := pythonOfImage(image.name); in != "" && in != version {
			r.add(seen[image.key], image.key+" has another Python than python_version", "Python "+in+" in "+quote(image.name)+", python_version is "+version,
				`launcher, workers and packages share one Python: set python_version: "`+in+`", or use another image`)
		}
	}
}

var imagePython = regexp.MustCompile(`python(3)\.?([0-9]{1,2})[_-]`)

// pythonOfImage is the Python in the names of Google's launchers (python312-…)
// and of Beam's images (beam_python3.12_sdk); "" for other names.
func pythonOfImage(image string) string {
	m := imagePython.FindStringSubmatch(image)
	if m == nil {
		return ""
	}
	return m[1] + "." + m[2]
}

func readCreateProject(r *reader, n *yaml.Node, g *GoogleUniversal) {
	g.CreateProject = &CreateProject{}
	seen := readBlock(r, n, "create_project", createProjectFields(), g.CreateProject)
	if seen["folder_id"] != nil && seen["organization_id"] != nil {
		r.add(seen["folder_id"], "folder_id and organization_id", "a project belongs to one of them; a folder belongs to an organization itself", "remove one of them")
	}
}

func readAPIs(r *reader, n *yaml.Node, g *GoogleUniversal) {
	seen := map[string]bool{}
	for _, item := range r.list(n, "apis", "apis: [bigquery.googleapis.com]") {
		if v := resolve(item); isString(v) && v.Value != "" && !strings.Contains(v.Value, ".") {
			r.add(item, "an API's name is not complete", "it is "+quote(v.Value), "write "+strings.ToLower(v.Value)+".googleapis.com")
			continue
		}
		v := shaped(r, item, "an API", apiShape)
		if seen[v] && v != "" {
			r.add(item, "API "+quote(v)+" is given twice", "", "remove one of them")
		}
		seen[v] = true
		g.APIs = append(g.APIs, v)
	}
}

// checkLabels refuses tags that cannot be labels: on Google Cloud they are.
func checkLabels(r *reader, n *yaml.Node) {
	owner := map[string]string{}
	for _, p := range tagPairs(n) {
		name := p.key.Value
		label, _, err := naming.Label(name, resolve(p.value).Value)
		if err != nil {
			r.addError(p.key, err)
			continue
		}
		if other, taken := owner[label]; taken {
			r.add(p.key, "two tags are one label on Google Cloud", quote(other)+" and "+quote(name)+" are both "+quote(label), "rename one of them")
		}
		owner[label] = name
	}
}
