package airflow

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// version is an image version taken apart. A part that is not there is -1.
type version struct {
	// composer is the generation; minor and patch are of Composer 2.
	composer, minor, patch int
	// airflow has one to three parts; build is Composer 3's.
	airflow [3]int
	build   int
}

// versionForm is the form of an image version. Source: imageVersion in
// https://docs.cloud.google.com/composer/docs/reference/rest/v1/projects.locations.environments#softwareconfig,
// which names the aliases too, and for builds
// https://docs.cloud.google.com/composer/docs/composer-versioning-overview.
var versionForm = regexp.MustCompile(`^composer-(\d{1,4})(?:\.(\d{1,4})\.(\d{1,4}))?-airflow-(\d{1,4})(?:\.(\d{1,4})(?:\.(\d{1,4}))?)?(?:-build\.(\d{1,5}))?$`)

// parse takes an image version apart. The error says which form it should have.
func parse(text string) (version, error) {
	m := versionForm.FindStringSubmatch(text)
	if m == nil {
		return version{}, errors.New("an image version has the form composer-3-airflow-2.10.5-build.33 or composer-2.16.10-airflow-2.10.5")
	}
	n := func(group int) int {
		if m[group] == "" {
			return -1
		}
		value, _ := strconv.Atoi(m[group]) // a few digits, says the form
		return value
	}
	v := version{composer: n(1), minor: n(2), patch: n(3), airflow: [3]int{n(4), n(5), n(6)}, build: n(7)}
	switch {
	case v.composer == 2 && v.build >= 0:
		return v, errors.New("images of Composer 2 have no build; the form is composer-2.16.10-airflow-2.10.5")
	case v.composer == 3 && v.minor >= 0:
		return v, errors.New("images of Composer 3 have builds instead of a version; the form is composer-3-airflow-2.10.5-build.33")
	case v.build >= 0 && v.airflow[2] < 0:
		return v, errors.New("a build belongs to a full version of Airflow; the form is composer-3-airflow-2.10.5-build.33")
	}
	return v, nil
}

// alias tells that Composer chooses a part of the version.
func (v version) alias() bool {
	return v.airflow[2] < 0 || v.composer == 2 && v.minor < 0 || v.composer == 3 && v.build < 0
}

// line is the line that the version of Airflow belongs to. An alias of the major version
// alone means the first of it.
func (v version) line() (line, bool) {
	for _, l := range lines {
		var major, minor int
		_, _ = fmt.Sscanf(l.name, "%d.%d", &major, &minor) // our own names
		if v.airflow[0] == major && (v.airflow[1] == minor || v.airflow[1] < 0) {
			return l, true
		}
	}
	return line{}, false
}

// airflowText is the version of Airflow as it was written.
func (v version) airflowText() string {
	text := strconv.Itoa(v.airflow[0])
	for _, n := range v.airflow[1:] {
		if n >= 0 {
			text += "." + strconv.Itoa(n)
		}
	}
	return text
}
