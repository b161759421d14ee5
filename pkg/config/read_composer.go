package config

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/airflow"
	"github.com/dorc-dev/dorc/pkg/googlerules"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// composerRead is a block composer while it is read: what goes together is checked
// when all of it is there, so it keeps where each value stands.
type composerRead struct {
	Composer
	// at has the values' places, such as "size" and "workloads.worker.cpu".
	at map[string]*yaml.Node
	// schedulers is the value of that key.
	schedulers *int
}

// composerFields are the keys of a block composer.
func composerFields() []field[composerRead] {
	type block = composerRead
	return slices.Concat([]field[block]{
		textField("name", computeNamed("the name of a Cloud Composer environment", "example-prod-composer"), func(c *block) *string { return &c.Name }),
		textField("existing", computeNamed("the name of a Cloud Composer environment", "shared-composer"), func(c *block) *string { return &c.Existing }),
		textField("bucket", googleBucketShape, func(c *block) *string { return &c.Bucket }),
		{name: "airflow_uri", example: "https://example-dot-europe-west2.composer.googleusercontent.com", read: readAirflowURI},
		{name: "image_version", example: airflow.Default().Version, read: readImageVersion},
		choiceField("size", []string{"small", "medium", "large"}, func(c *block) *string { return &c.Size }),
		choiceField("resilience", []string{"standard", "high"}, func(c *block) *string { return &c.Resilience }),
		{name: "workloads", example: "{worker: {cpu: 1, memory_gb: 4}}", read: readWorkloads},
		{name: "schedulers", example: "2", read: readSchedulers},
		{name: "maintenance", example: `{start: "2026-01-03T00:00:00Z", end: "2026-01-03T12:00:00Z", recurrence: "FREQ=WEEKLY;BYDAY=SA"}`, read: readMaintenance},
	},
		composerNetworkFields(),
		[]field[block]{
			{name: "pypi_packages", example: `{requests: ">=2.31"}`, read: readPackages},
			{name: "airflow_overrides", example: `{core-dags_are_paused_at_creation: "True"}`, read: readOverrides},
			{name: "environment_variables", example: "{TEAM: data}", read: readVariables},
		},
		accountFields("service_account", "use_externally_managed_composer_sa", func(c *block) *ServiceAccount { return &c.ServiceAccount }),
		accountFields("dbt_service_account", "use_externally_managed_dbt_sa", func(c *block) *ServiceAccount { return &c.Dbt }),
		[]field[block]{
			{name: "start_workflows", example: "true", read: func(r *reader, n *yaml.Node, c *block) {
				c.StartWorkflows, _ = r.boolean(n, "start_workflows")
			}},
			{name: "labels", example: "{team: data}", read: readLabels},
			textField("kms_key", keyShape, func(c *block) *string { return &c.KMSKey }),
			{name: "data_location", example: "EU", read: readDataLocation},
			{name: "node_pool", read: func(r *reader, n *yaml.Node, _ *block) {
				r.add(n, "node_pool is of Composer 1", "Google runs the nodes of Composer 2 and 3 itself and lets nobody label them "+
					"(https://cloud.google.com/composer/docs/composer-versioning-overview)", "remove it; pods run where their resources are, without a node pool")
			}},
		})
}

func readComposer(r *reader, n *yaml.Node, g *GoogleEnvironment) {
	c := &composerRead{at: map[string]*yaml.Node{}}
	for key, at := range readBlock(r, n, "composer", composerFields(), c) {
		c.at[key] = at
	}
	g.Composer = &c.Composer
	checkComposer(r, n, c)
}

// choiceField is a key whose value is one of a few words.
func choiceField[T any](name string, choices []string, at func(*T) *string) field[T] {
	return field[T]{name: name, example: choices[0], read: func(r *reader, n *yaml.Node, into *T) {
		v, ok := r.text(n, name)
		*at(into) = v
		if !ok || slices.Contains(choices, v) {
			return
		}
		hint := "write " + strings.Join(choices, " or ")
		if near := problem.Nearest(v, choices); near != "" {
			hint = "did you mean " + near + "?"
		}
		r.add(n, name+" is not "+strings.Join(choices, " or "), "it is "+quote(v), hint)
	}}
}

func readImageVersion(r *reader, n *yaml.Node, c *composerRead) {
	v, ok := r.text(n, "image_version")
	if !ok {
		return
	}
	c.ImageVersion = v
	if _, err := airflow.Find(v); err != nil {
		r.addError(n, err)
	}
}

func readAirflowURI(r *reader, n *yaml.Node, c *composerRead) {
	v, ok := r.text(n, "airflow_uri")
	c.AirflowURI = v
	if u, err := url.Parse(v); ok && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		r.add(n, "airflow_uri is not the address of an Airflow", "it is "+quote(v), "it looks like https://example-dot-europe-west2.composer.googleusercontent.com")
	}
}

// dataRegions are BigQuery's locations of more than one region. Source:
// https://cloud.google.com/bigquery/docs/locations#multi-regions
var dataRegions = []string{"EU", "US"}

func readDataLocation(r *reader, n *yaml.Node, c *composerRead) {
	v, ok := r.text(n, "data_location")
	c.DataLocation = v
	if !ok || slices.Contains(dataRegions, v) || googlerules.IsRegion(v) {
		return
	}
	hint := "write EU, US or a region, such as europe-west2"
	if upper := strings.ToUpper(v); slices.Contains(dataRegions, upper) {
		hint = "write " + upper
	} else if near := problem.Nearest(v, googlerules.Regions()); near != "" {
		hint = "did you mean " + near + "?"
	}
	r.add(n, "data_location is not a location of BigQuery", "it is "+quote(v)+" (https://cloud.google.com/bigquery/docs/locations)", hint)
}

// readLabels reads labels. They are Google Cloud's own, so nothing is turned into
// what it accepts, as with tags.
func readLabels(r *reader, n *yaml.Node, c *composerRead) {
	c.Labels = map[string]string{}
	for _, p := range r.mapping(n, "labels", "{team: data}") {
		v := optionalText(r, p.value, "label "+quote(p.key.Value))
		c.Labels[p.key.Value] = v
		key, value, err := naming.Label(p.key.Value, v)
		var refused problem.Problem
		switch {
		case errors.As(err, &refused):
			r.add(p.key, "label "+quote(p.key.Value)+": "+refused.Summary, refused.Detail, refused.Hint)
		case key != p.key.Value || value != v:
			r.add(p.key, "label "+quote(p.key.Value)+" has characters that a label cannot have",
				"a label has lower-case letters, digits, _ and - (https://cloud.google.com/resource-manager/docs/labels-overview#requirements)", "write "+key+": "+quote(value))
		}
	}
}

func readServiceProject(r *reader, n *yaml.Node) string {
	v, ok := r.text(n, "service_project")
	if ok && naming.CheckServiceProject(v) != nil {
		r.add(n, "service_project cannot be a part of a folder's name", "it is "+quote(v)+"; at most 63 of a-z, 0-9, - and _ are possible, a letter or digit first",
			"write it as "+strings.ToLower(suggestPart(v)))
	}
	return v
}
