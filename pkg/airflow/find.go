package airflow

import (
	"fmt"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Find is the image of a version: one of the list; a later one of a line, since the list
// ages; or an alias, such as "composer-3-airflow-2.10", of which Composer chooses the
// build. Notice tells of the latter two. Anything else is a problem.Problem without a place.
func Find(version string) (Image, error) {
	for _, i := range list() {
		if i.Version == version && i.Released != withdrawn {
			return i, nil
		}
	}
	v, err := parse(version)
	if err != nil {
		return Image{}, refuse(version, err.Error())
	}
	l, ok := v.line()
	if why := unknown(v, version, ok); why != "" {
		return Image{}, refuse(version, why)
	}
	last, _ := parse(newest(v.composer, l.name).Version)
	found := Image{Version: version, Composer: v.composer, Airflow: v.airflowText(), Python: l.python, Line: l.name, Alias: v.alias()}
	if v.airflow[2] < 0 {
		found.Airflow = last.airflowText()
	}
	if !found.Alias && !v.later(last) || found.Alias && !v.includes(last) {
		return Image{}, refuse(version, fmt.Sprintf("Google's list of images, as dorc has it up to %s, does not name it, and it is not later than the list", listEnds()))
	}
	return found, nil
}

// unknown says why an image is none that dorc could know, or is "".
func unknown(v version, text string, known bool) string {
	for _, i := range list() {
		if i.Version == text {
			return "Google has closed this build for new environments and upgrades"
		}
	}
	switch {
	case v.composer == 1:
		return "environments of Composer 1 can no longer be created"
	case v.composer != 2 && v.composer != 3:
		return "dorc knows Composer 2 and 3"
	case !known:
		return fmt.Sprintf("it has Airflow %s, and dorc knows the packages and operators of %s", v.airflowText(), strings.Join(Lines(), " and "))
	case v.composer == 2 && v.airflow[0] > 2:
		return "Airflow 3 needs Composer 3"
	}
	return ""
}

// later tells that a full version comes after another of its line and generation.
func (v version) later(last version) bool {
	if v.composer == 2 {
		return v.airflow[2] >= last.airflow[2] && (v.minor > last.minor || v.minor == last.minor && v.patch > last.patch)
	}
	return v.airflow[2] > last.airflow[2] || v.airflow[2] == last.airflow[2] && v.build > last.build
}

// includes tells that an alias can mean the newest image of its line, or a later one.
func (v version) includes(last version) bool {
	if v.airflow[2] >= 0 && v.airflow[2] < last.airflow[2] {
		return false
	}
	return v.composer == 3 || v.minor < 0 || v.minor > last.minor || v.minor == last.minor && v.patch >= last.patch
}

func refuse(version, why string) error {
	names := []string{}
	for _, i := range Images() {
		names = append(names, i.Version)
	}
	hint := "The newest that dorc knows are " + strings.Join(latest(), ", ") + "."
	if near := problem.Nearest(version, names); near != "" {
		hint = fmt.Sprintf("Did you mean %q? %s", near, hint)
	}
	return problem.Problem{Summary: "the image version of Composer is not known", Detail: fmt.Sprintf("%q is given; %s (docs.cloud.google.com/composer/docs/composer-versions)", version, why), Hint: hint}
}

// latest are the newest images of each generation and line.
func latest() (names []string) {
	for _, composer := range []int{3, 2} {
		for _, l := range lines {
			if i := newest(composer, l.name); i.Version != "" {
				names = append(names, i.Version)
			}
		}
	}
	return names
}
