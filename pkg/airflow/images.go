package airflow

import (
	_ "embed" // images.txt
	"slices"
	"strings"
	"sync"
)

//go:embed images.txt
var imagesText string

// withdrawn stands in place of a day.
const withdrawn = "withdrawn"

// list is what images.txt says. The file is our own, so that it cannot fail to read.
var list = sync.OnceValue(func() (out []Image) {
	for row := range strings.Lines(imagesText) {
		fields := strings.Fields(row)
		if len(fields) == 0 || strings.HasPrefix(row, "#") {
			continue
		}
		v, err := parse(fields[0])
		l, ok := v.line()
		if len(fields) != 4 || err != nil || !ok {
			panic("images.txt: " + row)
		}
		out = append(out, Image{Version: fields[0], Composer: v.composer, Airflow: v.airflowText(), Python: l.python, Line: l.name,
			Released: fields[1], Listed: true, Google: said(fields[2]), Kubernetes: said(fields[3])})
	}
	return out
})

// said is a field of images.txt, "" for "-".
func said(field string) string { return strings.TrimPrefix(field, "-") }

// Images are the image versions that the list has, Composer 2 before 3, older before newer.
func Images() []Image {
	return slices.DeleteFunc(slices.Clone(list()), func(i Image) bool { return i.Released == withdrawn })
}

// Default is the image of an environment whose configuration names none: the newest
// listed one of Composer 3 with Airflow 2.10.
func Default() Image { return newest(3, "2.10") }

// newest is the last listed image of a generation and a line; the zero Image when there is none.
func newest(composer int, line string) (found Image) {
	for _, i := range Images() {
		if i.Composer == composer && i.Line == line {
			found = i
		}
	}
	return found
}

// Newest is the newest image of the list with the same generation and line: the one that
// dorc knows best.
func (i Image) Newest() Image { return newest(i.Composer, i.Line) }

// listEnds is the day of the newest image of the list.
func listEnds() (day string) {
	for _, i := range Images() {
		day = max(day, i.Released)
	}
	return day
}

// line is one set of packages and operators.
type line struct{ name, python string }

// lines are those that dorc has. Each has lock/<name>.txt and catalog/<name>.gz.
// Python: https://docs.cloud.google.com/composer/docs/composer-versioning-overview (3.11.8).
var lines = []line{{"2.10", "3.11"}, {"3.1", "3.11"}}

// Lines are the minor versions of Airflow that dorc knows, such as "2.10".
func Lines() (names []string) {
	for _, l := range lines {
		names = append(names, l.name)
	}
	return names
}
