package definition

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// MaxEnvironmentSize is how many bytes the variables of a function can have
// together, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxEnvironmentSize = 4096

// ReservedPrefix begins the variables that dorc itself gives to functions.
const ReservedPrefix = "DORC_"

const (
	variablePattern = `^[a-zA-Z][a-zA-Z0-9_]+$`
	variableSource  = "https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html"
	reservedSource  = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
)

var variableRegexp = regexp.MustCompile(variablePattern)

// reservedVariables are the names that Lambda sets and refuses, beside those
// that begin with AWS_LAMBDA_. Those with a leading _ fail the pattern already.
var reservedVariables = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_REGION",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

// EnvironmentSize is how many bytes Lambda counts for variables: their JSON.
func EnvironmentSize(variables map[string]string) int {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(variables); err != nil {
		// A map of strings always has a JSON form.
		panic(err)
	}
	return b.Len() - 1 // without the line end
}

func (v *validator) environment(f *Function, path string) {
	for _, name := range slices.Sorted(maps.Keys(f.Environment)) {
		refuse := func(summary, detail, hint string) {
			v.problems = append(v.problems, v.source.KeyProblem(field(path, name), summary, detail, hint))
		}
		switch {
		case !variableRegexp.MatchString(name):
			refuse(fmt.Sprintf("%q cannot be the name of a variable", shorten(name)),
				"Lambda wants two or more letters, digits and _, a letter first ("+variableSource+")", "Rename the variable.")
		case slices.Contains(reservedVariables, name), strings.HasPrefix(name, "AWS_LAMBDA_"):
			refuse(fmt.Sprintf("the variable %s is reserved", name), "Lambda sets it itself ("+reservedSource+")", "Rename the variable.")
		case strings.HasPrefix(name, ReservedPrefix):
			refuse(fmt.Sprintf("the variable %s is reserved", name),
				"dorc gives functions the variables that begin with "+ReservedPrefix, "Rename the variable.")
		case strings.ContainsRune(f.Environment[name], 0):
			v.refuse(field(path, name), fmt.Sprintf("the variable %s has a NUL character", name), "", "Remove it.")
		}
	}
	if size := EnvironmentSize(f.Environment); size > MaxEnvironmentSize {
		v.refuse(path, "the variables are too large together",
			fmt.Sprintf("%d bytes as JSON, at most %d are possible (%s)", size, MaxEnvironmentSize, lambdaLimits),
			"Put large values into a file beside lambda.py.")
	}
}
