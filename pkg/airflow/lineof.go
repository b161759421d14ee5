package airflow

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// LineOf is the line of an image that runs somewhere. Unlike Find it takes images that
// nobody can choose any more: an environment keeps its image for years.
func LineOf(version string) (string, error) {
	v, err := parse(version)
	why := ""
	if err != nil {
		why = err.Error()
	} else if l, ok := v.line(); ok {
		return l.name, nil
	} else {
		why = fmt.Sprintf("it has Airflow %s, and dorc knows the packages and operators of %s", v.airflowText(), strings.Join(Lines(), " and "))
	}
	return "", problem.Problem{
		Summary: "the image version of Composer is not known", Detail: fmt.Sprintf("%q runs there; %s", version, why),
		Hint: "Upgrade the environment, or use a dorc that knows its Airflow.",
	}
}
