package weathertest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// Table is what a table must have. Values are texts as in a CSV file: days as
// 2012-01-31, numbers with one digit behind the point at most.
type Table struct {
	// Columns are in the table's order.
	Columns []string
	// Rows are sorted by their first columns.
	Rows [][]string
}

// day is a line of the file. What is measured is in tenths.
type day struct {
	date                   time.Time
	rain, warm, cold, wind int
	weather                string
}

// Tables are the tables of the example by <dataset>.<table>, for its file and its
// default parameters: those of the DAG in weather, those of dbt in weather_dbt.
func Tables(file []byte) (map[string]Table, error) {
	days, err := read(file)
	if err != nil {
		return nil, err
	}
	return map[string]Table{
		"weather.measured":             measured(days),
		"weather.days":                 ofDays(days),
		"weather.kinds_of_weather":     kinds(days),
		"weather.rainy_days":           rainy(days),
		"weather.records":              records(days),
		"weather_dbt.stg_weather":      staging(days),
		"weather_dbt.weather_by_month": months(days),
		"weather_dbt.weather_by_year":  years(days),
	}, nil
}

func read(file []byte) (days []day, err error) {
	lines, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		return nil, err
	}
	for i, line := range lines[1:] {
		d := day{weather: line[5]}
		if d.date, err = time.Parse(time.DateOnly, line[0]); err != nil {
			return nil, err
		}
		for column, into := range map[int]*int{1: &d.rain, 2: &d.warm, 3: &d.cold, 4: &d.wind} {
			value, err := strconv.ParseFloat(line[column], 64)
			if *into = int(math.Round(value * 10)); err != nil || math.Abs(value*10-float64(*into)) > 1e-6 {
				return nil, fmt.Errorf("line %d: %q is no number of tenths", i+2, line[column])
			}
		}
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b day) int { return a.date.Compare(b.date) })
	return days, nil
}

// tenths is a number of tenths as a text.
func tenths(n int) string { return strconv.FormatFloat(float64(n)/10, 'f', -1, 64) }

func date(d day) string { return d.date.Format(time.DateOnly) }

func measured(days []day) Table {
	t := Table{Columns: []string{"date", "precipitation", "temp_max", "temp_min", "wind", "weather"}}
	for _, d := range days {
		t.Rows = append(t.Rows, []string{date(d), tenths(d.rain), tenths(d.warm), tenths(d.cold), tenths(d.wind), d.weather})
	}
	return t
}

func ofDays(days []day) Table {
	t := Table{Columns: []string{"date", "weather", "precipitation_mm", "max_celsius", "min_celsius", "max_fahrenheit", "wind_ms"}}
	for _, d := range days {
		fahrenheit := int(math.Round(float64(d.warm*9)/5)) + 320
		t.Rows = append(t.Rows, []string{date(d), d.weather, tenths(d.rain), tenths(d.warm), tenths(d.cold), tenths(fahrenheit), tenths(d.wind)})
	}
	return t
}

func rainy(days []day) Table {
	t := Table{Columns: []string{"date", "weather", "precipitation_mm"}}
	for _, d := range days {
		if d.rain >= 10 {
			t.Rows = append(t.Rows, []string{date(d), d.weather, tenths(d.rain)})
		}
	}
	return t
}

// group are the days by what key says, sorted by it.
func group(days []day, key func(day) string) (names []string, groups map[string][]day) {
	groups = map[string][]day{}
	for _, d := range days {
		k := key(d)
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], d)
	}
	slices.Sort(names)
	return names, groups
}

// sums are what several tables say of a group of days.
type sums struct{ days, wet, snow, rain, warmest, coldest int }

func sum(days []day) sums {
	s := sums{warmest: math.MinInt, coldest: math.MaxInt}
	for _, d := range days {
		s.days++
		if d.rain > 0 {
			s.wet++
		}
		if d.weather == "snow" {
			s.snow++
		}
		s.rain += d.rain
		s.warmest, s.coldest = max(s.warmest, d.warm), min(s.coldest, d.cold)
	}
	return s
}

func kinds(days []day) Table {
	t := Table{Columns: []string{"weather", "days", "precipitation_mm", "max_celsius", "min_celsius"}}
	names, groups := group(days, func(d day) string { return d.weather })
	for _, name := range names {
		s := sum(groups[name])
		t.Rows = append(t.Rows, []string{name, strconv.Itoa(s.days), tenths(s.rain), tenths(s.warmest), tenths(s.coldest)})
	}
	return t
}

func year(d day) string { return strconv.Itoa(d.date.Year()) }

func records(days []day) Table {
	t := Table{Columns: []string{"year", "record", "date", "value"}}
	names, groups := group(days, year)
	for _, name := range names {
		for _, record := range []struct {
			name  string
			value func(day) int
		}{{"warmest", func(d day) int { return d.warm }}, {"wettest", func(d day) int { return d.rain }}} {
			first := slices.MaxFunc(groups[name], func(a, b day) int {
				return cmp.Or(cmp.Compare(record.value(a), record.value(b)), b.date.Compare(a.date))
			})
			t.Rows = append(t.Rows, []string{name, record.name, date(first), tenths(record.value(first))})
		}
	}
	return t
}

func staging(days []day) Table {
	t := Table{Columns: []string{"date", "year", "month", "weather", "precipitation_mm", "is_wet", "max_celsius", "min_celsius", "wind_ms"}}
	for _, d := range days {
		t.Rows = append(t.Rows, []string{
			date(d), year(d), strconv.Itoa(int(d.date.Month())), d.weather, tenths(d.rain), strconv.FormatBool(d.rain > 0), tenths(d.warm), tenths(d.cold), tenths(d.wind),
		})
	}
	return t
}

func months(days []day) Table {
	t := Table{Columns: []string{"month", "days", "wet_days", "precipitation_mm", "max_celsius", "min_celsius"}}
	names, groups := group(days, func(d day) string { return d.date.Format("2006-01") + "-01" })
	for _, name := range names {
		s := sum(groups[name])
		t.Rows = append(t.Rows, []string{name, strconv.Itoa(s.days), strconv.Itoa(s.wet), tenths(s.rain), tenths(s.warmest), tenths(s.coldest)})
	}
	return t
}

func years(days []day) Table {
	t := Table{Columns: []string{"year", "days", "wet_days", "snow_days", "precipitation_mm", "max_celsius", "min_celsius"}}
	names, groups := group(days, year)
	for _, name := range names {
		s := sum(groups[name])
		t.Rows = append(t.Rows, []string{name, strconv.Itoa(s.days), strconv.Itoa(s.wet), strconv.Itoa(s.snow), tenths(s.rain), tenths(s.warmest), tenths(s.coldest)})
	}
	return t
}
