package airflow

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// passed are variables of this machine that Airflow's processes get; others, and
// credentials among them, they do not.
var passed = []string{"PATH", "LANG", "LC_ALL", "TZ", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}

// passedPrefixes begin the names of variables that a person gives Airflow itself.
var passedPrefixes = []string{"AIRFLOW_VAR_", "AIRFLOW_CONN_"}

// basic are the variables of every process of Airflow with a home.
func basic(p Python, home, dags string) map[string]string {
	out := map[string]string{
		"AIRFLOW_HOME":                               home,
		"AIRFLOW__CORE__DAGS_FOLDER":                 dags,
		"AIRFLOW__CORE__PLUGINS_FOLDER":              pluginFolder(home),
		"AIRFLOW__CORE__LOAD_EXAMPLES":               "False",
		"AIRFLOW__CORE__EXECUTOR":                    "SequentialExecutor",
		"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN":        "sqlite:///" + filepath.ToSlash(filepath.Join(home, databaseFile)),
		"AIRFLOW__USAGE_DATA_COLLECTION__ENABLED":    "False",
		"AIRFLOW__LOGGING__COLORED_CONSOLE_LOG":      "False",
		"AIRFLOW__LOGGING__BASE_LOG_FOLDER":          filepath.Join(home, "logs"),
		"AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
		// The libraries of Google that a DAG imports take a busy laptop longer than the 30 and 50 s that are usual.
		"AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT":               "600",
		"AIRFLOW__CORE__DAG_FILE_PROCESSOR_TIMEOUT":          "600",
		"AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "600",
		"HOME":             home,
		"PYTHONPATH":       filepath.Join(home, "config"),
		"PYTHONUNBUFFERED": "1",
		// Airflow compiles for a minute when nothing is kept, and a bucket's folder is not for bytecode.
		"PYTHONPYCACHEPREFIX": p.bytecode(),
		"PYTHONNOUSERSITE":    "1",
		"NO_PROXY":            "127.0.0.1,localhost",
		"no_proxy":            "127.0.0.1,localhost",
		"NO_COLOR":            "1",
		// A process that changes its title, as Airflow's do, keeps its variables where its mark is looked for.
		"SPT_NOENV": "1",
	}
	if p.three() {
		out["AIRFLOW__CORE__EXECUTOR"] = "LocalExecutor"
	}
	for _, name := range passed {
		if value, set := os.LookupEnv(name); set {
			out[name] = value
		}
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if slices.ContainsFunc(passedPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
			out[name] = value
		}
	}
	return out
}

// overrides are a Composer environment's Airflow options, "core-max_active_runs_per_dag", as variables. Options of how
// Airflow itself is run are Composer's and stay the local ones.
func overrides(options map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range options {
		section, key, ok := strings.Cut(name, "-")
		switch section {
		case "database", "celery", "celery_kubernetes_executor", "kubernetes", "logging", "webserver", "api", "scheduler":
			continue
		}
		if ok {
			out["AIRFLOW__"+strings.ToUpper(section)+"__"+strings.ToUpper(key)] = value
		}
	}
	return out
}

// list writes variables as NAME=value, sorted.
func list(all map[string]string) []string {
	out := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, name+"="+all[name])
	}
	return out
}
