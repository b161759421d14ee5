package dag

import (
	"fmt"
	"math"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

const (
	pythonTag    = "!!python/"
	timedeltaTag = pythonTag + "object/apply:datetime.timedelta"
	datetimeTag  = pythonTag + "object/apply:datetime.datetime"
	dateTag      = pythonTag + "object/apply:datetime.date"
)

// isPython reports a tag of PyYAML, by which a file may call any function of
// Python. Here it is data: three are understood, and none is ever executed.
func isPython(n *yaml.Node) bool { return strings.HasPrefix(n.ShortTag(), pythonTag) }

// python reads such a value; prepare let no other tag pass.
func (r *reader) python(n *yaml.Node) any {
	switch n.ShortTag() {
	case datetimeTag:
		return r.datetime(n, 7)
	case dateTag:
		return r.datetime(n, 3)
	default:
		return r.timedelta(n)
	}
}

// timedeltaUnits are the arguments of datetime.timedelta in their order.
var timedeltaUnits = []struct {
	name string
	unit time.Duration
}{
	{"days", 24 * time.Hour}, {"seconds", time.Second}, {"microseconds", time.Microsecond}, {"milliseconds", time.Millisecond},
	{"minutes", time.Minute}, {"hours", time.Hour}, {"weeks", 7 * 24 * time.Hour},
}

// timedelta reads the arguments of datetime.timedelta: a list, or a mapping with args and kwds.
func (r *reader) timedelta(n *yaml.Node) any {
	args, named := r.call(n)
	total := 0.0
	if len(args) > len(timedeltaUnits) {
		r.Refuse(n, "datetime.timedelta has at most 7 arguments", "days, seconds, microseconds, milliseconds, minutes, hours, weeks", "")
		return nil
	}
	add := func(at *yaml.Node, unit time.Duration) bool {
		var f float64
		v := tree.Follow(at)
		if v.Kind != yaml.ScalarNode || v.Tag != "!!int" && v.Tag != "!!float" || v.Decode(&f) != nil {
			r.Refuse(at, "an argument of datetime.timedelta must be a number", "this is "+tree.Describe(at), "")
			return false
		}
		total += f * float64(unit)
		return true
	}
	for i, at := range args {
		if !add(at, timedeltaUnits[i].unit) {
			return nil
		}
	}
	for _, e := range named {
		unit := time.Duration(0)
		var names []string
		for _, u := range timedeltaUnits {
			names = append(names, u.name)
			if u.name == e.Name {
				unit = u.unit
			}
		}
		if unit == 0 {
			r.unknown(e.Key, "argument of datetime.timedelta", e.Name, names)
			return nil
		}
		if !add(e.Value, unit) {
			return nil
		}
	}
	// Python keeps microseconds; a Go duration ends after 292 years.
	if math.IsNaN(total) || math.Abs(total) > math.MaxInt64/2 {
		r.Refuse(n, "the time span is too long", "at most some 140 years are read", "")
		return nil
	}
	return Duration(time.Duration(math.Round(total/1000)) * time.Microsecond)
}

// datetime reads year, month, day, hour, minute, second and microsecond, in the
// DAG's time zone.
func (r *reader) datetime(n *yaml.Node, most int) any {
	const least = 3
	args, named := r.call(n)
	if len(named) > 0 || len(args) < least || len(args) > most {
		r.Refuse(n, "the arguments are year, month, day and so on", fmt.Sprintf("%d to %d numbers, without names", least, most), "")
		return nil
	}
	parts := [7]int{}
	for i, at := range args {
		v := tree.Follow(at)
		if v.Kind != yaml.ScalarNode || v.Tag != "!!int" || v.Decode(&parts[i]) != nil {
			r.Refuse(at, "the argument must be a whole number", "this is "+tree.Describe(at), "")
			return nil
		}
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], parts[6]*1000, r.zone)
	if parts[0] < 1 || parts[0] > 9999 || parts[6] < 0 || parts[6] > 999_999 || [6]int{t.Year(), int(t.Month()), t.Day()} != [6]int{parts[0], parts[1], parts[2]} ||
		parts[3] < 0 || parts[3] > 23 || parts[4] < 0 || parts[4] > 59 || parts[5] < 0 || parts[5] > 59 {
		r.Refuse(n, "there is no such day or time", "", "")
		return nil
	}
	return t
}

// call is what a function of Python would be called with. PyYAML writes a list, or a
// mapping with args and kwds when there are named ones.
func (r *reader) call(n *yaml.Node) (args []*yaml.Node, named []tree.Entry) {
	if n.Kind != yaml.MappingNode {
		return r.List(n, "the value"), nil
	}
	r.Object(n, "the value", map[string]func(*yaml.Node){
		"args": func(n *yaml.Node) { args = r.List(n, "args") },
		"kwds": func(n *yaml.Node) { named, _ = r.Mapping(n, "kwds") },
	})
	return args, named
}
