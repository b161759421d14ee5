package launch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// options are those of a batch pipeline with code.
func options(change func(*Options)) Options {
	o := Options{
		Pipeline: "raw-to-processed/flights", Project: "exampledorc-data", Region: "europe-west2",
		Template: "gs://b/templates/raw-to-processed/flights.json", Job: "flights", PollingSeconds: 180,
		Environment: flextemplate.Environment{
			NumWorkers: 1, MaxWorkers: 10, MachineType: "e2-standard-2", ServiceAccountEmail: "w@p.iam.gserviceaccount.com",
			TempLocation: "gs://b/temp", StagingLocation: "gs://b/staging", Subnetwork: "regions/europe-west2/subnetworks/s",
			IPConfiguration: flextemplate.PrivateIPs, SDKContainerImage: "europe-west2-docker.pkg.dev/p/r/flights@sha256:abc",
			AdditionalUserLabels: map[string]string{"team": "data"},
		},
		Parameters: map[string]any{"input": "gs://raw/flights/*.csv", "day": "2015-12-31"},
	}
	if change != nil {
		change(&o)
	}
	return o
}

func yamlPipeline(o *Options) {
	o.YAML = "gs://b/configs/raw-to-processed/flights/pipeline.beam.yaml"
}

func streaming(u definition.Update) func(*Options) {
	return func(o *Options) { o.Streaming, o.Update, o.Job = true, u, "exampledorc-prod-raw-flights" }
}

func config(o *Options) {
	yamlPipeline(o)
	o.Parameters = nil
	o.Profiles = []string{"orders"}
	o.Connections = []Connection{
		{"orders", map[string]string{"orders_url": "jdbc:postgresql://10.0.0.5:5432/orders", "orders_username": "reader", "orders_secret": `{"name": "s", "project": "p"}`}},
		{"replica", map[string]string{"orders_url": "jdbc:postgresql://10.0.0.6:5432/orders", "orders_username": "reader", "orders_secret": `{"name": "r", "project": "p"}`}},
	}
	o.Before = []translate.Question{
		{Parameter: "incremental_from_orders", SQL: "SELECT IFNULL(MAX(t), '1000-01-01 00:00:00')\nFROM `p.d.orders`", Project: "warehouse"},
		{Parameter: "incremental_from_lines", Seconds: 3600},
	}
	o.After = []translate.Statement{
		{Sink: "write", SQL: "BEGIN TRANSACTION;\n\n  SELECT '${not an expression}';\nCOMMIT TRANSACTION;", Project: "warehouse"},
		{Sink: "lines", SQL: "SELECT @incremental_from_lines", Project: "warehouse", Parameters: []string{"incremental_from_lines"}},
	}
}

func severalProfiles(o *Options) {
	yamlPipeline(o)
	o.Profiles = []string{"orders", "stock"}
	o.Connections = []Connection{
		{"orders", map[string]string{"orders_url": "jdbc:postgresql://10.0.0.5:5432/orders"}},
		{"stock", map[string]string{"stock_url": "jdbc:mysql://10.0.0.6:3306/stock"}},
	}
}

// cases are every form of a definition.
var cases = map[string]func(*Options){
	"code":              nil,
	"code-cancel":       func(o *Options) { o.CancelWithExecution = true },
	"beam-yaml":         yamlPipeline,
	"config":            config,
	"two-profiles":      severalProfiles,
	"streaming-drain":   streaming(definition.UpdateDrain),
	"streaming-inplace": streaming(definition.UpdateInPlace),
	"streaming-replace": streaming(definition.UpdateReplace),
	"texts": func(o *Options) {
		o.Pipeline = "raw/odd\nname"
		o.Parameters = map[string]any{
			"expression": "${1 + 1}", "part": "a ${b} § $c", "quotes": "\"'\\ : # {x}", "lines": "a\nb\n", "empty": "", "null_text": "null",
			"number": "007", "long": "${" + strings.Repeat("x", 500), "unicode": "größe \u2028 \U0001f600",
		}
	},
}

// TestGolden holds the texts that people read, and that each is a definition
// without a mistake.
func TestGolden(t *testing.T) {
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			data, err := Write(options(change))
			require.NoError(t, err)
			golden := filepath.Join("testdata", name+".yaml")
			if goldentest.Update() {
				require.NoError(t, os.WriteFile(golden, data, 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(data))
			_, problems := syntax.Parse(golden, data)
			assert.NoError(t, problems.Err())
		})
	}
}

func TestTooLarge(t *testing.T) {
	_, err := Write(options(func(o *Options) { o.Parameters["input"] = strings.Repeat("x", syntax.MaxSource) }))
	assert.ErrorContains(t, err, "pipeline raw-to-processed/flights: the workflow that launches it is too large")
	_, err = Write(options(func(o *Options) { o.Environment.TempLocation = "" }))
	assert.Error(t, err)
}

func TestPrefix(t *testing.T) {
	assert.Equal(t, "flights", prefix("flights"))
	long := prefix(strings.Repeat("a", 37) + "-b")
	assert.Equal(t, strings.Repeat("a", 37), long)
	assert.LessOrEqual(t, len(long+"-20260131t030000-1a2b3c4d"), 63)
}
