package compile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/dag"
)

// value writes a value of the definition, its texts by leaf, and imports what it needs.
func (m *module) value(v any, leaf func(string) node) (node, error) {
	switch v := v.(type) {
	case nil:
		return atom("None"), nil
	case bool:
		if v {
			return atom("True"), nil
		}
		return atom("False"), nil
	case int:
		return atom(strconv.Itoa(v)), nil
	case int64:
		return atom(strconv.FormatInt(v, 10)), nil
	case float64:
		return atom(float(v)), nil
	case string:
		return leaf(v), nil
	case time.Time:
		return m.date(v), nil
	case dag.Duration:
		return m.duration(time.Duration(v)), nil
	case []any:
		n := list()
		for _, one := range v {
			value, err := m.value(one, leaf)
			if err != nil {
				return node{}, err
			}
			n.items = append(n.items, item{value: value})
		}
		return n, nil
	case dag.Values:
		n := dict()
		for _, one := range v {
			value, err := m.value(one.Value, leaf)
			if err != nil {
				return node{}, err
			}
			n.items = append(n.items, key(one.Name, value))
		}
		return n, nil
	}
	return node{}, fmt.Errorf("a value of type %T has no form in Python", v)
}

func float(v float64) string {
	switch {
	case math.IsNaN(v):
		return `float("nan")`
	case math.IsInf(v, 1):
		return `float("inf")`
	case math.IsInf(v, -1):
		return `float("-inf")`
	}
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return strings.Replace(s, "e+", "e", 1)
}

// isDay tells a day from a moment: it is the midnight of a zone, as package dag reads it.
func isDay(t time.Time, zone string) bool {
	h, m, s := t.Clock()
	return h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 && t.Location().String() == zone
}

// date is a day, or a moment in the DAG's zone, or one in UTC.
func (m *module) date(t time.Time) node {
	if isDay(t, m.zone) {
		m.from("datetime", "date")
		return call("date", integers(t.Year(), int(t.Month()), t.Day())...)
	}
	m.use("pendulum")
	zone := m.zone
	if t.Location().String() != zone {
		t, zone = t.UTC(), "UTC"
	}
	parts := integers(t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second())
	if us := t.Nanosecond() / 1000; us != 0 {
		parts = append(parts, integers(us)...)
	}
	return call("pendulum.datetime", append(parts, keyword("tz", text(zone)))...)
}

func integers(all ...int) []item {
	items := make([]item, len(all))
	for i, n := range all {
		items[i].value = atom(strconv.Itoa(n))
	}
	return items
}

// duration is a timedelta in the largest unit that it is a whole number of.
func (m *module) duration(d time.Duration) node {
	m.from("datetime", "timedelta")
	for _, unit := range []struct {
		name string
		of   time.Duration
	}{{"days", 24 * time.Hour}, {"hours", time.Hour}, {"minutes", time.Minute}, {"seconds", time.Second}, {"milliseconds", time.Millisecond}} {
		if d != 0 && d%unit.of == 0 {
			return call("timedelta", keyword(unit.name, atom(strconv.FormatInt(int64(d/unit.of), 10))))
		}
	}
	return call("timedelta", keyword("microseconds", atom(strconv.FormatInt(d.Microseconds(), 10))))
}
