package settings

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// misspelt finds names in .env that were most likely meant for dorc: two letters
// away from one of its variables, the same but for case and hyphens, or with
// dorc's prefix. Everything else belongs to other tools and is left alone.
func (d dotenv) misspelt() problem.List {
	var problems problem.List
	known := variableNames()
	names := slices.SortedFunc(maps.Keys(d.values), func(a, b string) int {
		if d.lines[a] != d.lines[b] {
			return d.lines[a] - d.lines[b]
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		near := nearestVariable(name, known)
		if near == "" && !strings.HasPrefix(name, "DORC_") {
			continue
		}
		hint := "dorc's variables are in .env.example"
		if near != "" {
			hint = "did you mean " + near + "?"
		}
		problems = append(problems, problem.Problem{
			File: d.file, Line: d.lines[name], Summary: "unknown variable " + name, Hint: hint,
		})
	}
	return problems
}

// nearestVariable is stricter than problem.Nearest: names of other tools, such
// as AWS_PROFILE, are not far from ours.
func nearestVariable(name string, known []string) string {
	folded := strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
	best, bestDistance := "", 3
	for _, k := range known {
		if d := levenshtein.Distance(folded, k, nil); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

func quote(s string) string { return strconv.Quote(s) }

// reason is the part of a file error that a person needs: without the call's name.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
