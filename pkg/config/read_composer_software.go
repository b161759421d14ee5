package config

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/composer"
)

// Cloud Composer takes requirements of PEP 508 in lower case, without markers.
// Source: https://cloud.google.com/composer/docs/composer-3/install-python-dependencies
var (
	packageName    = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$`)
	packageVersion = regexp.MustCompile(`^(?:\[[a-z0-9._-]+(?:\s*,\s*[a-z0-9._-]+)*\])?\s*(?:(?:===?|~=|!=|<=?|>=?)\s*[a-z0-9.*+!_-]+(?:\s*,\s*(?:===?|~=|!=|<=?|>=?)\s*[a-z0-9.*+!_-]+)*)?$`)
	separators     = regexp.MustCompile(`[._-]+`)
)

const packagesSource = "https://cloud.google.com/composer/docs/composer-3/install-python-dependencies"

func readPackages(r *reader, n *yaml.Node, c *composerRead) {
	c.PyPIPackages = map[string]string{}
	seen := map[string]string{}
	for _, p := range r.mapping(n, "pypi_packages", `{requests: ">=2.31"}`) {
		name := p.key.Value
		if !packageName.MatchString(name) {
			hint := "it looks like requests, and its version is the value"
			if lower := strings.ToLower(name); packageName.MatchString(lower) {
				hint = "write " + lower
			}
			r.add(p.key, quote(name)+" is not the name of a package", "names have lower-case letters, digits, . _ and - ("+packagesSource+")", hint)
			continue
		}
		same := separators.ReplaceAllString(name, "-")
		if other, taken := seen[same]; taken {
			r.add(p.key, "package "+quote(name)+" is given twice", "it is the same as "+quote(other), "remove one of them")
		}
		seen[same] = name
		version := ""
		if !isNull(p.value) { // nothing behind the colon is any version
			version = optionalText(r, p.value, "the version of "+name)
		}
		if !packageVersion.MatchString(version) {
			r.add(p.value, "the version of "+name+" is none", "it is "+quote(version)+"; extras and versions are possible, in lower case ("+packagesSource+")",
				`it looks like "==1.12.0", "[aws]>=1.8.2, <2" or ""`)
		}
		c.PyPIPackages[name] = version
	}
}

// readOverrides reads options of Airflow. Which are blocked depends on the
// generation: checkOverrides.
func readOverrides(r *reader, n *yaml.Node, c *composerRead) {
	c.AirflowOverrides = map[string]string{}
	for _, p := range r.mapping(n, "airflow_overrides", `{core-dags_are_paused_at_creation: "True"}`) {
		c.AirflowOverrides[p.key.Value] = optionalText(r, p.value, "option "+quote(p.key.Value))
		c.at["airflow_overrides."+p.key.Value] = p.key
	}
}

func readVariables(r *reader, n *yaml.Node, c *composerRead) {
	c.EnvironmentVariables = map[string]string{}
	for _, p := range r.mapping(n, "environment_variables", "{TEAM: data}") {
		name := p.key.Value
		c.EnvironmentVariables[name] = optionalText(r, p.value, "variable "+quote(name))
		if name == VariablePath {
			r.add(p.key, name+" is dorc's to set", "it says where dorc puts the DAGs", "remove it; gcp.service_project changes the folder")
			continue
		}
		if why := composer.RefuseVariable(name); why != "" {
			r.add(p.key, quote(name)+" is no variable that can be set", why+" ("+composer.VariablesSource+")", "use another name")
		}
	}
}

func maintenanceFields() []field[Maintenance] {
	moment := func(key, example string, at func(*Maintenance) *time.Time) field[Maintenance] {
		return field[Maintenance]{name: key, required: true, example: `"` + example + `"`, read: func(r *reader, n *yaml.Node, m *Maintenance) {
			*at(m) = readMoment(r, n, key, example)
		}}
	}
	return []field[Maintenance]{
		moment("start", "2026-01-03T00:00:00Z", func(m *Maintenance) *time.Time { return &m.Start }),
		moment("end", "2026-01-03T12:00:00Z", func(m *Maintenance) *time.Time { return &m.End }),
		{name: "recurrence", required: true, example: `"FREQ=WEEKLY;BYDAY=SA"`, read: func(r *reader, n *yaml.Node, m *Maintenance) {
			v, ok := r.text(n, "recurrence")
			m.Recurrence = v
			if ok && composer.WindowsPerWeek(v) == 0 {
				r.add(n, "recurrence is none that Cloud Composer takes", "it is "+quote(v)+"; FREQ=DAILY and FREQ=WEEKLY;BYDAY=… are possible ("+composer.MaintenanceSource+")",
					"it looks like FREQ=WEEKLY;BYDAY=SA,SU")
			}
		}},
	}
}

// readMoment reads a time of RFC 3339. YAML has such a type; a text is the same.
func readMoment(r *reader, n *yaml.Node, key, example string) time.Time {
	v := resolve(n)
	if v.Kind != yaml.ScalarNode || v.ShortTag() != "!!timestamp" && v.ShortTag() != "!!str" {
		r.wrongType(n, key, "a time", "it looks like "+example)
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, v.Value)
	if err != nil {
		r.add(n, key+" is not a time of RFC 3339", "it is "+quote(v.Value), "it looks like "+example)
	}
	return t
}

func readMaintenance(r *reader, n *yaml.Node, c *composerRead) {
	m := &Maintenance{}
	seen := readBlock(r, n, "maintenance", maintenanceFields(), m)
	c.Maintenance = m
	if m.Start.IsZero() || m.End.IsZero() {
		return
	}
	windows, each := composer.WindowsPerWeek(m.Recurrence), m.End.Sub(m.Start)
	switch {
	case each <= 0:
		r.add(seen["end"], "maintenance ends before it starts", "", "end is that of the first window, such as "+m.Start.Add(composer.MaintenancePerWeek).Format(time.RFC3339))
	case windows > 0 && each*time.Duration(windows) < composer.MaintenancePerWeek:
		r.add(n, "maintenance is too short", "it is "+hours(each*time.Duration(windows))+" a week; Google needs "+hours(composer.MaintenancePerWeek)+
			" ("+composer.MaintenanceSource+")", "let each window be "+hours(composer.MaintenancePerWeek/time.Duration(windows))+" at least, or open it on more days")
	}
}

func hours(d time.Duration) string {
	return strconv.FormatFloat(d.Hours(), 'g', 4, 64) + " hours"
}
