package run

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/beamtest"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/workflows/launch"
)

const example = "../../../examples/pipeline-config"

func exampleFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(example, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(data)
}

// flight is a flight of the example's raw file.
type flight struct {
	Date, Origin, Destination string
	Delay                     int
	Distance                  float64
}

// The pipelines of the example run with real Beam, one on what the other wrote. What comes out is held against sums that this
// test makes of the raw file.
func TestFlights(t *testing.T) {
	interpreter := beamtest.Python(t)
	w := newWorldWith(t, Options{Python: interpreter})
	for _, name := range []string{"raw", "processed", "curated", "configs"} {
		w.googleBucket(name)
	}
	raw := exampleFile(t, "data/flights-2k.json")
	w.write("raw", "flights/flights-2k.json", raw)
	metadata, problems := flextemplate.ReadMetadata("metadata.json", []byte(exampleFile(t, "src/raw-to-processed/flights/metadata.json")))
	require.Empty(t, problems)
	clean := w.dataflow(exampleFile(t, "src/raw-to-processed/flights/main.py"), func(o *launch.Options, template *flextemplate.Template) {
		template.Metadata = *metadata
		o.Parameters = map[string]any{"input": "gs://raw/flights/*.json", "output": "gs://processed/flights/flights", "rejected": "gs://processed/rejected/flights", "late_minutes": "15"}
	})
	e := w.run(t.Context(), clean, `{}`)
	require.Equal(t, Succeeded, e.Status, e.Cause)
	assert.Contains(t, w.logText(), "2000 flights, 0 of them bad")
	w.checkRows(raw)

	files := map[string]string{yamlMain: readFile(t, "../../image/source/program/dorc_yaml_main.py")}
	image := thin(t, map[string]string{labelCode: "/template", labelMain: "/template/" + yamlMain}, below("template", files))
	template := flextemplate.Template{Image: gregion + "-docker.pkg.dev/exampledorc-data/exampledorc/by-airport@" + w.pushImage("exampledorc-data/exampledorc/by-airport", image), SDK: flextemplate.SDK{Language: flextemplate.Python},
		Metadata: flextemplate.Metadata{Name: "by airport"}}
	data, err := template.JSON()
	require.NoError(t, err)
	w.write("configs", "by_airport.json", string(data))
	w.write("configs", "pipeline.beam.yaml", exampleFile(t, "src/processed-to-curated/flights/pipeline.beam.yaml"))
	definition, err := launch.Write(launch.Options{Pipeline: "curated/flights", Project: gproject, Region: gregion, Template: "gs://configs/by_airport.json", Job: "by-airport", PollingSeconds: 180,
		YAML: "gs://configs/pipeline.beam.yaml", Environment: flextemplate.Environment{TempLocation: "gs://configs/temp", SDKContainerImage: "worker"},
		Parameters: map[string]any{"input": "gs://processed/flights/flights-*.csv", "output": "gs://curated/flights/by_airport.csv", "min_km": "0"}})
	require.NoError(t, err)
	byAirport := w.workflow("by-airport", string(definition))
	e = w.run(t.Context(), byAirport, `{"min_km": "500"}`)
	require.Equal(t, Succeeded, e.Status, e.Cause)
	w.checkAirports(raw, 500)

	// A file with too many bad flights fails the job, and says how many.
	w.write("raw", "bad/flights.json", `[{"date": "2001/01/01 06:55", "delay": 1, "distance": 100, "origin": "LAX", "destination": "BNA"}, {"date": "yesterday", "delay": 0, "distance": 1, "origin": "SJC", "destination": "IAH"}]`)
	e = w.run(t.Context(), clean, `{"input": "gs://raw/bad/*.json", "output": "gs://processed/bad/flights"}`)
	assert.Equal(t, Failed, e.Status)
	assert.Contains(t, e.Cause, "1 of 2 flights are bad, more than 5%")
	// metadata.json says what parameters are.
	e = w.run(t.Context(), clean, `{"input": "/local/flights.json", "late_minutes": "soon"}`)
	assert.Contains(t, e.Cause, `input: Parameter didn't match regex 'gs://[^\n\r]+'`)
	assert.Contains(t, e.Cause, "late_minutes: Parameter didn't match regex '[0-9]{1,3}'")
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	return string(data)
}

// table reads the CSV files of a bucket whose names begin so, by the names of the columns.
func (w *world) table(bucket, prefix string) (rows []map[string]string) {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.store.Layout().Bucket(bucket), filepath.FromSlash(prefix)) + "*")
	require.NoError(w.t, err)
	require.NotEmpty(w.t, files)
	for _, file := range files {
		lines, err := csv.NewReader(strings.NewReader(readFile(w.t, file))).ReadAll()
		require.NoError(w.t, err)
		for _, line := range lines[1:] {
			row := map[string]string{}
			for i, name := range lines[0] {
				row[name] = line[i]
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func flightsOf(t *testing.T, raw string) (all []flight) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(raw), &all))
	require.Len(t, all, 2000)
	return all
}

// checkRows holds the processed rows against the raw flights, as two bags.
func (w *world) checkRows(raw string) {
	w.t.Helper()
	want, got := map[string]int{}, map[string]int{}
	for _, f := range flightsOf(w.t, raw) {
		at, err := time.Parse("2006/01/02 15:04", f.Date)
		require.NoError(w.t, err)
		late := "0"
		if f.Delay >= 15 {
			late = "1"
		}
		want[strings.Join([]string{at.Format("2006-01-02"), strconv.Itoa(at.Hour()), f.Origin, f.Destination, strconv.Itoa(kilometres(f)), strconv.Itoa(f.Delay), late}, ",")]++
	}
	for _, row := range w.table("processed", "flights/flights-") {
		got[strings.Join([]string{row["date"], row["hour"], row["origin"], row["destination"], row["distance_km"], row["delay"], row["late"]}, ",")]++
	}
	assert.Equal(w.t, want, got)
}

func kilometres(f flight) int { return int(math.RoundToEven(f.Distance * 1.609344)) }

// checkAirports holds the curated rows against sums over the raw flights of at least so many kilometres.
func (w *world) checkAirports(raw string, least int) {
	w.t.Helper()
	type sums struct{ flights, late, minutes, longest int }
	want := map[string]*sums{}
	for _, f := range flightsOf(w.t, raw) {
		if kilometres(f) < least {
			continue
		}
		s := want[f.Origin]
		if s == nil {
			s = &sums{longest: math.MinInt}
			want[f.Origin] = s
		}
		s.flights, s.minutes, s.longest = s.flights+1, s.minutes+f.Delay, max(s.longest, f.Delay)
		if f.Delay >= 15 {
			s.late++
		}
	}
	rows := w.table("curated", "flights/by_airport.csv")
	assert.Len(w.t, rows, len(want))
	for _, row := range rows {
		s := want[row["origin"]]
		require.NotNil(w.t, s, row["origin"])
		assert.Equal(w.t, strconv.Itoa(s.flights), row["flights"], row["origin"])
		assert.Equal(w.t, strconv.Itoa(s.late), row["late"], row["origin"])
		assert.Equal(w.t, strconv.Itoa(s.longest), row["longest_delay"], row["origin"])
		share, err := strconv.ParseFloat(row["late_share"], 64)
		require.NoError(w.t, err)
		assert.InDelta(w.t, float64(s.late)/float64(s.flights), share, 0.00006, row["origin"])
		mean, err := strconv.ParseFloat(row["mean_delay"], 64)
		require.NoError(w.t, err)
		assert.InDelta(w.t, float64(s.minutes)/float64(s.flights), mean, 0.006, row["origin"])
	}
}
