package config

import (
	"os"
	"regexp"
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
	for _, key := range append(universalKeys(), environmentKeys()...) {
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
	if len(blocks) != 2 {
		t.Fatalf("%d examples", len(blocks))
	}
	if _, err := parseUniversal([]byte(blocks[0][1]), options{shown: "universal"}, false); err != nil {
		t.Error(err)
	}
	if _, err := parseEnvironment([]byte(blocks[1][1]), "prod", options{shown: "infra"}, false); err != nil {
		t.Error(err)
	}
}
