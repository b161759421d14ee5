package weathertest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is reckoned is held against numbers that were counted by hand, with awk and sort.
func TestTables(t *testing.T) {
	file, err := os.ReadFile("../../examples/pipeline-config/src/raw-to-processed/weather/extract/seattle-weather.csv")
	require.NoError(t, err)
	all, err := Tables(file)
	require.NoError(t, err)
	rows := map[string]int{}
	for name, table := range all {
		rows[name] = len(table.Rows)
		for _, row := range table.Rows {
			require.Len(t, row, len(table.Columns), name)
		}
	}
	assert.Equal(t, map[string]int{"weather.measured": 1461, "weather.days": 1461, "weather.kinds_of_weather": 5, "weather.rainy_days": 506, "weather.records": 8,
		"weather_dbt.stg_weather": 1461, "weather_dbt.weather_by_month": 48, "weather_dbt.weather_by_year": 4}, rows)
	assert.Equal(t, []string{"2012-01-01", "drizzle", "0", "12.8", "5", "55", "4.7"}, all["weather.days"].Rows[0])
	assert.Equal(t, [][]string{
		{"drizzle", "53", "0", "31.7", "-3.9"},
		{"fog", "101", "0", "30.6", "-3.2"},
		{"rain", "641", "4203.6", "35.6", "-3.8"},
		{"snow", "26", "222.4", "11.1", "-4.3"},
		{"sun", "640", "0", "35", "-7.1"},
	}, all["weather.kinds_of_weather"].Rows)
	assert.Equal(t, [][]string{
		{"2012", "warmest", "2012-08-16", "34.4"},
		{"2012", "wettest", "2012-11-19", "54.1"},
		{"2013", "warmest", "2013-06-30", "33.9"},
		{"2013", "wettest", "2013-09-28", "43.4"},
		{"2014", "warmest", "2014-08-11", "35.6"},
		{"2014", "wettest", "2014-03-05", "46.7"},
		{"2015", "warmest", "2015-07-19", "35"},
		{"2015", "wettest", "2015-03-15", "55.9"},
	}, all["weather.records"].Rows)
	assert.Equal(t, [][]string{
		{"2012", "366", "177", "21", "1226", "34.4", "-3.3"},
		{"2013", "365", "152", "3", "828", "33.9", "-7.1"},
		{"2014", "365", "150", "2", "1232.8", "35.6", "-6"},
		{"2015", "365", "144", "0", "1139.2", "35", "-3.8"},
	}, all["weather_dbt.weather_by_year"].Rows)
	assert.Equal(t, []string{"2012-01-01", "31", "22", "173.3", "12.8", "-3.3"}, all["weather_dbt.weather_by_month"].Rows[0])
}

func TestDiffers(t *testing.T) {
	table := Table{Columns: []string{"a", "b"}, Rows: [][]string{{"2012-01-01", "12"}, {"x", "true"}}}
	assert.Empty(t, table.Differs([][]string{{"X", "True"}, {"2012-01-01", "12.0"}}))
	assert.Equal(t, "1 rows instead of 2", table.Differs([][]string{{"x", "true"}}))
	assert.Equal(t, `"2012-01-01 | 12.1" instead of "2012-01-01 | 12"`, table.Differs([][]string{{"x", "true"}, {"2012-01-01", "12.1"}}))
	_, err := Tables([]byte("date,precipitation,temp_max,temp_min,wind,weather\n2012-01-01,0.05,1,1,1,sun\n"))
	assert.ErrorContains(t, err, `line 2: "0.05" is no number of tenths`)
}
