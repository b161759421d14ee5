package dags

import (
	"context"
	"encoding/csv"
	"errors"
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

	"github.com/dorc-dev/dorc/internal/airflowstub"
	"github.com/dorc-dev/dorc/internal/weathertest"
	"github.com/dorc-dev/dorc/pkg/cli"
	"github.com/dorc-dev/dorc/pkg/local/run/bigquery"
)

// asDorc makes the test's own binary dorc, so that none is linked besides.
const asDorc = "DORC_TEST_AS_DORC"

func TestMain(m *testing.M) {
	airflowstub.Main(os.Args, os.Stdin, os.Stdout)
	if os.Getenv(asDorc) != "" {
		os.Exit(cli.Main("test", os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

const (
	example      = "../../examples/pipeline-config"
	measurements = example + "/src/raw-to-processed/weather/extract/seattle-weather.csv"
	// project is the Google project that the example names.
	project = "exampledorc-data"
)

// user is someone with a folder of their own and nothing applied.
type user struct {
	*testing.T
	dir, cache string
}

// newUser has a config repo of these files; of the example's when there are none.
func newUser(t *testing.T, files map[string]string) *user {
	t.Helper()
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	u := &user{T: t, dir: t.TempDir(), cache: filepath.Join(cache, "dorc-test", "dags")}
	if files != nil {
		u.write(filepath.Join(u.dir, "repo"), files)
		return u
	}
	for _, part := range []string{"universal", "infra", "dbt", "src/processed-to-curated/weather-report"} {
		require.NoError(t, os.CopyFS(filepath.Join(u.dir, "repo", filepath.FromSlash(part)), os.DirFS(filepath.Join(example, filepath.FromSlash(part)))))
	}
	return u
}

// dorc runs dorc, which must succeed, and returns what it says.
func (u *user) dorc(args ...string) string {
	u.Helper()
	return u.dorcUntil(u.Context(), args...)
}

// dorcUntil is dorc with a context of its own, as a clean-up needs it.
func (u *user) dorcUntil(ctx context.Context, args ...string) string {
	u.Helper()
	out, err := u.try(ctx, args...)
	require.NoErrorf(u, err, "dorc %q:\n%s", args, out)
	return out
}

// try runs dorc, and returns what it says and how it ended.
func (u *user) try(ctx context.Context, args ...string) (string, error) {
	u.Helper()
	out, err := u.commandUntil(ctx, args...).CombinedOutput()
	return string(out), err
}

// command is dorc.
func (u *user) command(args ...string) *exec.Cmd {
	u.Helper()
	return u.commandUntil(u.Context(), args...)
}

// commandUntil is command with a context of its own.
func (u *user) commandUntil(ctx context.Context, args ...string) *exec.Cmd {
	u.Helper()
	self, err := os.Executable()
	require.NoError(u, err)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir = u.dir
	cmd.Env = append(os.Environ(), asDorc+"=1", "CONFIG_REPO_PATH="+filepath.Join(u.dir, "repo"), "DORC_CACHE_DIR="+u.cache, "DORC_TARGET=local")
	return cmd
}

// bigQuery starts the local BigQuery on what runs have left.
func (u *user) bigQuery() *bigquery.Server {
	u.Helper()
	found, err := filepath.Glob(filepath.Join(u.cache, "bigquery", "*", "bin", "python"))
	require.NoError(u, err)
	require.NotEmpty(u, found)
	s, err := bigquery.Start(u.Context(), bigquery.Options{Python: found[0], State: filepath.Join(u.dir, ".dorc", "bigquery"), Cache: filepath.Join(u.cache, "bigquery")})
	require.NoError(u, err)
	return s
}

// years are the rows of weather_by_year, without the days of snow.
func (u *user) years() [][]string {
	u.Helper()
	s := u.bigQuery()
	rows, err := weathertest.Fetch(u.Context(), s.URL(), project, "weather_dbt.weather_by_year", []string{"year", "days", "wet_days", "precipitation_mm", "max_celsius", "min_celsius"})
	require.NoError(u, errors.Join(err, s.Stop(u.Context())))
	return rows
}

// day is a line of the file.
type day struct {
	date, kind      string
	rain, high, low float64
}

func days(t *testing.T) (all []day) {
	t.Helper()
	f, err := os.Open(measurements)
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

// check holds the years against what was reckoned, and returns them.
func (u *user) check(want map[string][5]float64) [][]string {
	u.Helper()
	rows := u.years()
	assert.Len(u, rows, len(want))
	for _, r := range rows {
		for i, w := range want[r[0]] {
			v, err := strconv.ParseFloat(r[i+1], 64)
			require.NoError(u, err)
			assert.InDeltaf(u, w, v, 0.051, "%s, column %d", r[0], i+1) // sums are rounded to a tenth
		}
	}
	return rows
}

func TestExample(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Airflow and dbt for minutes")
	}
	u := newUser(t, nil)
	u.dorc("apply", "universal")
	u.dorc("apply", "infra", "--env", "dev", "--only")
	u.dorc("apply", "weather-report", "--env", "dev")
	u.dorc("plan", "weather-report", "--env", "dev", "--detailed-exitcode") // else exit code 2

	file, err := os.ReadFile(measurements)
	require.NoError(t, err)
	u.measured(file)
	said := u.dorc("run", "weather-report", "--env", "dev")
	for _, task := range []string{"wait_for_file", "days", "days_are_plausible", "dbt_aggregations", "dbt_test", "dbt_docs"} {
		assert.Contains(t, said, "< "+task+" ")
	}
	wanted, err := weathertest.Tables(file)
	require.NoError(t, err)
	server := u.bigQuery()
	for name, table := range wanted {
		rows, err := weathertest.Fetch(t.Context(), server.URL(), project, name, table.Columns)
		require.NoError(t, err)
		assert.Empty(t, table.Differs(rows), name)
	}
	require.NoError(t, server.Stop(t.Context()))
	pages, err := os.ReadDir(filepath.Join(u.dir, ".dorc", "buckets", project+"-dev-curated", "dbt", "weather"))
	require.NoError(t, err)
	assert.True(t, slices.ContainsFunc(pages, func(e os.DirEntry) bool { return e.Name() == "catalog.json" }))

	// A run of a part of the days replaces their months and leaves the others.
	const since = "2015-06-01"
	all := days(t)
	i := slices.IndexFunc(all, func(d day) bool { return d.date == since })
	later := slices.Clone(all[i:])
	text := "date,precipitation,temp_max,temp_min,wind,weather\n"
	for i := range later {
		d := &later[i]
		d.rain *= 2
		text += fmt.Sprintf("%s,%g,%g,%g,1,%s\n", d.date, d.rain, d.high, d.low, d.kind)
	}
	u.measured([]byte(text))
	u.dorc("run", "weather-report", "--env", "dev", "--input", `{"since": "`+since+`"}`)
	before := u.check(reckon(slices.Concat(all[:i], later), func(d day) string { return d.date[:4] }))
	u.dorc("destroy", "weather-report", "--env", "dev")
	left, err := filepath.Glob(filepath.Join(u.dir, ".dorc", "buckets", "*", "dags", "dop_exampledorc", "processed-to-curated"))
	require.NoError(t, err)
	assert.Empty(t, left, "destroy has removed the DAG")
	assert.Equal(t, before, u.years(), "and no data")
}

// measured puts a file into the raw bucket.
func (u *user) measured(file []byte) {
	u.Helper()
	raw := filepath.Join(u.dir, ".dorc", "buckets", project+"-dev-raw", "weather")
	require.NoError(u, os.MkdirAll(raw, 0o755))
	require.NoError(u, os.WriteFile(filepath.Join(raw, "seattle-weather.csv"), file, 0o644))
}
