package dags

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/cli"
)

// asDorc makes the test's own binary dorc, so that none is linked besides.
const asDorc = "DORC_TEST_AS_DORC"

func TestMain(m *testing.M) {
	if os.Getenv(asDorc) != "" {
		os.Exit(cli.Main("test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

const example = "../../examples/pipeline-config"

// user is someone with a folder of their own and nothing applied.
type user struct {
	*testing.T
	dir, cache string
}

func newUser(t *testing.T) *user {
	t.Helper()
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	u := &user{T: t, dir: t.TempDir(), cache: filepath.Join(cache, "dorc-test", "dags")}
	for _, part := range []string{"universal", "infra", "dbt", "src/processed-to-curated/weather-report"} {
		require.NoError(t, os.CopyFS(filepath.Join(u.dir, "repo", filepath.FromSlash(part)), os.DirFS(filepath.Join(example, filepath.FromSlash(part)))))
	}
	return u
}

// dorc runs dorc, which must succeed, and returns what it says.
func (u *user) dorc(args ...string) string {
	u.Helper()
	self, err := os.Executable()
	require.NoError(u, err)
	cmd := exec.CommandContext(u.Context(), self, args...)
	cmd.Dir = u.dir
	cmd.Env = append(os.Environ(), asDorc+"=1", "CONFIG_REPO_PATH="+filepath.Join(u.dir, "repo"), "DORC_CACHE_DIR="+u.cache, "DORC_TARGET=local")
	out, err := cmd.CombinedOutput()
	require.NoErrorf(u, err, "dorc %q:\n%s", args, out)
	return string(out)
}

// rows reads a table of the local BigQuery from its file, without the server.
func (u *user) rows(dataset, query string) (out [][]any) {
	u.Helper()
	found, err := filepath.Glob(filepath.Join(u.cache, "bigquery", "*", "bin", "python"))
	require.NoError(u, err)
	require.NotEmpty(u, found)
	const script = `import duckdb, json, sys
rows = duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall()
print(json.dumps(rows, default=str))`
	file := filepath.Join(u.dir, ".dorc", "bigquery", "exampledorc-data", dataset+".duckdb")
	cmd := exec.CommandContext(u.Context(), found[0], "-c", script, file, query)
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	require.NoError(u, err)
	require.NoError(u, json.NewDecoder(bytes.NewReader(data)).Decode(&out))
	return out
}

// day is a line of the file.
type day struct {
	date, kind      string
	rain, high, low float64
}

func days(t *testing.T) (all []day) {
	t.Helper()
	f, err := os.Open(filepath.Join(example, "src", "raw-to-processed", "weather", "extract", "seattle-weather.csv"))
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return v
	}
	for _, l := range lines[1:] {
		all = append(all, day{date: l[0], kind: l[5], rain: number(l[1]), high: number(l[2]), low: number(l[3])})
	}
	return all
}

// reckon sums up the days of each group: how many, how many of them wet, rain, highest, lowest.
func reckon(all []day, group func(day) string) map[string][5]float64 {
	sums := map[string][5]float64{}
	for _, d := range all {
		s, known := sums[group(d)]
		if !known {
			s[3], s[4] = math.Inf(-1), math.Inf(1)
		}
		s[0]++
		if d.rain > 0 {
			s[1]++
		}
		s[2] += d.rain
		s[3], s[4] = max(s[3], d.high), min(s[4], d.low)
		sums[group(d)] = s
	}
	return sums
}

// check holds rows of group, days, wet days, rain, highest and lowest against what was reckoned.
func (u *user) check(want map[string][5]float64, rows [][]any) {
	u.Helper()
	assert.Len(u, rows, len(want))
	for _, r := range rows {
		key := fmt.Sprint(r[0])
		for i, w := range want[key] {
			assert.InDeltaf(u, w, r[i+1], 0.051, "%s, column %d", key, i+1) // sums are rounded to a tenth
		}
	}
}

func TestExample(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Airflow and dbt for minutes")
	}
	u := newUser(t)
	u.dorc("apply", "universal")
	u.dorc("apply", "infra", "--env", "dev", "--only")
	u.dorc("apply", "weather-report", "--env", "dev")
	u.dorc("plan", "weather-report", "--env", "dev", "--detailed-exitcode") // else exit code 2

	all := days(t)
	u.measured(all)
	said := u.dorc("run", "weather-report", "--env", "dev")
	for _, task := range []string{"wait_for_file", "days", "days_are_plausible", "dbt_aggregations", "dbt_test", "dbt_docs"} {
		assert.Contains(t, said, "< "+task+" ")
	}

	u.check(reckon(all, func(d day) string { return d.kind }),
		u.rows("weather", "SELECT weather, days, (SELECT COUNT(*) FROM days d WHERE d.weather = k.weather AND precipitation_mm > 0), precipitation_mm, max_celsius, min_celsius FROM kinds_of_weather k"))
	u.check(reckon(all, func(d day) string { return d.date[:4] }),
		u.rows("weather_dbt", "SELECT year, days, wet_days, precipitation_mm, max_celsius, min_celsius FROM weather_by_year"))
	u.check(reckon(all, func(d day) string { return d.date[:7] + "-01" }),
		u.rows("weather_dbt", "SELECT CAST(month AS VARCHAR), days, wet_days, precipitation_mm, max_celsius, min_celsius FROM weather_by_month"))

	// Of several days with one value the first counts.
	records := map[string]day{}
	for _, d := range all {
		for record, better := range map[string]func(a, b day) bool{
			"warmest": func(a, b day) bool { return a.high > b.high }, "wettest": func(a, b day) bool { return a.rain > b.rain },
		} {
			key := d.date[:4] + " " + record
			if old, known := records[key]; !known || better(d, old) {
				records[key] = d
			}
		}
	}
	found := u.rows("weather", "SELECT year || ' ' || record, CAST(date AS VARCHAR) FROM records ORDER BY 1")
	assert.Len(t, found, len(records))
	for _, r := range found {
		assert.Equal(t, records[fmt.Sprint(r[0])].date, r[1], r[0])
	}
	for _, d := range u.rows("weather", "SELECT max_celsius, max_fahrenheit FROM days") {
		celsius, _ := d[0].(float64)
		assert.InDelta(t, celsius*1.8+32, d[1], 0.051)
	}
	pages, err := os.ReadDir(filepath.Join(u.dir, ".dorc", "buckets", "exampledorc-data-dev-curated", "dbt", "weather"))
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(pages, func(e os.DirEntry) bool { return e.Name() == "catalog.json" }))

	// A run of a part of the days replaces their months and leaves the others.
	const since = "2015-06-01"
	i := slices.IndexFunc(all, func(d day) bool { return d.date == since })
	later := slices.Clone(all[i:])
	for i := range later {
		later[i].rain *= 2
	}
	u.measured(later)
	u.dorc("run", "weather-report", "--env", "dev", "--input", `{"since": "`+since+`"}`)
	u.check(reckon(slices.Concat(all[:i], later), func(d day) string { return d.date[:4] }),
		u.rows("weather_dbt", "SELECT year, days, wet_days, precipitation_mm, max_celsius, min_celsius FROM weather_by_year"))

	before := u.rows("weather", "SELECT COUNT(*), SUM(precipitation_mm) FROM days")
	u.dorc("destroy", "weather-report", "--env", "dev")
	left, err := filepath.Glob(filepath.Join(u.dir, ".dorc", "buckets", "*", "dags", "dop_exampledorc", "processed-to-curated"))
	require.NoError(t, err)
	assert.Empty(t, left, "destroy has removed the DAG")
	assert.Equal(t, before, u.rows("weather", "SELECT COUNT(*), SUM(precipitation_mm) FROM days"), "and no data")
}

// measured puts days into the raw bucket.
func (u *user) measured(all []day) {
	u.Helper()
	var text bytes.Buffer
	text.WriteString("date,precipitation,temp_max,temp_min,wind,weather\n")
	for _, d := range all {
		fmt.Fprintf(&text, "%s,%g,%g,%g,1,%s\n", d.date, d.rain, d.high, d.low, d.kind)
	}
	raw := filepath.Join(u.dir, ".dorc", "buckets", "exampledorc-data-dev-raw", "weather")
	require.NoError(u, os.MkdirAll(raw, 0o755))
	require.NoError(u, os.WriteFile(filepath.Join(raw, "seattle-weather.csv"), text.Bytes(), 0o644))
}
