package weathertest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Differs says where rows, in any order, are not those of the table; "" when they are.
// Numbers are compared as numbers and truth values in any case: "12.0" is "12", and
// "True" is "true".
func (t Table) Differs(rows [][]string) string {
	if len(rows) != len(t.Rows) {
		return fmt.Sprintf("%d rows instead of %d", len(rows), len(t.Rows))
	}
	want, got := canonical(t.Rows), canonical(rows)
	for i := range want {
		if want[i] != got[i] {
			return fmt.Sprintf("%q instead of %q", got[i], want[i])
		}
	}
	return ""
}

// canonical are rows as one text each, sorted.
func canonical(rows [][]string) (all []string) {
	for _, row := range rows {
		var values []string
		for _, v := range row {
			if n, err := strconv.ParseFloat(v, 64); err == nil {
				v = strconv.FormatFloat(n, 'f', -1, 64)
			}
			values = append(values, strings.ToLower(v))
		}
		all = append(all, strings.Join(values, " | "))
	}
	slices.Sort(all)
	return all
}
