package config

import (
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/composer"
)

var separators = regexp.MustCompile(`[._-]+`)

func readPackages(r *reader, n *yaml.Node, c *composerRead) {
	c.PyPIPackages = map[string]string{}
	seen := map[string]string{}
	for _, p := range r.mapping(n, "pypi_packages", `{requests: ">=2.31"}`) {
		name := p.key.Value
		if why := composer.PackageReason(name, ""); why != "" {
			hint := "it looks like requests"
			if lower := strings.ToLower(name); lower != name && composer.PackageReason(lower, "") == "" {
				hint = "write " + lower
			}
			r.add(p.key, quote(name)+" is not the name of a package", why+" ("+composer.PackagesSource+")", hint)
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
		if why := composer.PackageReason(name, version); why != "" {
			r.add(p.value, "the version of "+name+" is none", why+" ("+composer.PackagesSource+")", `it looks like "==1.12.0", "[aws]>=1.8.2, <2" or ""`)
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
	field, why := composer.WindowReason(m.Start.Format(time.RFC3339), m.End.Format(time.RFC3339), m.Recurrence)
	if why == "" || field == "recurrence" && composer.WindowsPerWeek(m.Recurrence) == 0 {
		return // the latter is said already
	}
	r.add(seen[field], field+" does not make a window that Cloud Composer takes", why+" ("+composer.MaintenanceSource+")", "such as a window of 12 hours a week, or of 4 hours on three days")
}
