package config

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/settings"
)

// TestDocumentation holds that docs/configuration.md has every variable with its
// default and every key, and that its examples are accepted.
func TestDocumentation(t *testing.T) {
	data, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) > 4 {
			rows[strings.Trim(cells[1], " `")] = cells
		}
	}
	for _, v := range settings.Variables() {
		cells, ok := rows[v.Name]
		if !ok {
			t.Errorf("no row for %s", v.Name)
			continue
		}
		got := strings.Trim(cells[3], " `")
		if got == "none" || got == "empty" {
			got = ""
		}
		if got != v.Default {
			t.Errorf("%s: default %q, in the code %q", v.Name, got, v.Default)
		}
	}
	for _, key := range slices.Concat(universalKeys(), environmentKeys(), googleKeys()) {
		if rows[key] == nil {
			t.Errorf("no row for %s", key)
		}
	}
	for _, days := range logRetentionDays {
		if !regexp.MustCompile(`\b` + strconv.Itoa(days) + `\b`).MatchString(strings.Join(rows["log_retention_days"], "|")) {
			t.Errorf("log_retention_days: no %d", days)
		}
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if len(blocks) != 6 {
		t.Fatalf("%d examples", len(blocks))
	}
	for i, block := range blocks {
		var err error
		if strings.Contains(block[1], "\n  project: ") {
			_, err = parseUniversal([]byte(block[1]), options{shown: "universal"}, false)
		} else {
			_, err = parseEnvironment([]byte(block[1]), "", options{shown: "infra"}, false)
		}
		if err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
	}
	for name, want := range map[string]string{
		"gcp.launcher_image":      "gcr.io/dataflow-templates-base/python312-template-launcher-base",
		"gcp.dbt_base_image":      DefaultDbtBase,
		"gcp.airflow_base_image":  DefaultAirflowBase,
		"gcp.network.cidr":        DefaultCIDR,
		"gcp.composer.size":       DefaultComposerSize,
		"gcp.composer.resilience": DefaultResilience,
		"gcp.temp_retention_days": strconv.Itoa(DefaultTempRetentionDays),
	} {
		if got := strings.Trim(rows[name][3], " `"); got != want {
			t.Errorf("%s: default %q, in the code %q", name, got, want)
		}
	}
	if !strings.Contains(rows["gcp.temp_retention_days"][2], " "+strconv.Itoa(StagingRetentionDays)+" days") {
		t.Error("gcp.temp_retention_days: not the days of staging/")
	}
}

// TestGoogleExamples holds that the examples of docs/google.md are accepted.
func TestGoogleExamples(t *testing.T) {
	data, err := os.ReadFile("../../docs/google.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if len(blocks) != 5 {
		t.Fatalf("%d examples", len(blocks))
	}
	for i, block := range blocks {
		text := block[1]
		if strings.HasPrefix(text, "gcp:") {
			text = "config:\n  environment: prod\n  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
		}
		if strings.Contains(text, "project: ") {
			_, err = parseUniversal([]byte(text), options{shown: "universal"}, false)
		} else {
			_, err = parseEnvironment([]byte(text), "", options{shown: "infra"}, false)
		}
		if err != nil {
			t.Errorf("example %d: %v", i+1, err)
		}
	}
}

// googleKeys are the keys of the gcp blocks, as kinds has them.
func googleKeys() []string {
	var keys []string
	add := func(prefix string, names []string) {
		for _, name := range names {
			keys = append(keys, prefix+name)
		}
	}
	add("gcp.", fieldNames(googleUniversalFields()))
	add("gcp.create_project.", fieldNames(createProjectFields()))
	add("gcp.", fieldNames(googleEnvironmentFields()))
	add("gcp.network.", fieldNames(networkFields()))
	add("gcp.data_buckets[].", bucketKeys)
	add("gcp.connection_profiles.*.", fieldNames(profileFields()))
	add("gcp.composer.", fieldNames(composerFields()))
	add("gcp.composer.workloads.", fieldNames(workloadsFields()))
	add("gcp.composer.workloads.*.", fieldNames(workloadFields()))
	add("gcp.composer.maintenance.", fieldNames(maintenanceFields()))
	return keys
}

// TestKinds holds that what dorc config set knows of values is of keys that exist.
func TestKinds(t *testing.T) {
	known := slices.Concat(universalKeys(), environmentKeys(), googleKeys(),
		[]string{"data_buckets[]", "data_buckets[].force_destroy", "gcp.data_buckets[]", "gcp.connection_profiles.*", "gcp.composer.workloads.*"})
	for key := range kinds {
		if !slices.Contains(known, key) {
			t.Errorf("there is no key %s", key)
		}
	}
}
