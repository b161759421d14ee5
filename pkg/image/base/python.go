package base

import (
	"regexp"
	"strings"
)

// Python is the Python of a base image.
type Python struct {
	// Version is the minor version, such as "3.12".
	Version string `json:"version"`
	// Interpreter is its path in the image, such as "/var/lang/bin/python3.12".
	Interpreter string `json:"interpreter"`
	// Scripts is the folder of the commands that packages bring.
	Scripts string `json:"scripts"`
	// SitePackages is the folder of packages, where pip puts them.
	SitePackages string `json:"sitePackages"`
}

// Where Python is in AWS's images and in Docker's official ones. Sources:
// https://github.com/aws/aws-lambda-base-images,
// https://github.com/docker-library/python
const (
	lambdaPrefix   = "/var/lang"
	officialPrefix = "/usr/local"
)

func under(prefix, version string) Python {
	return Python{
		Version:      version,
		Interpreter:  prefix + "/bin/python" + version,
		Scripts:      prefix + "/bin",
		SitePackages: prefix + "/lib/python" + version + "/site-packages",
	}
}

// The names of Google's launcher images and of Beam's SDK images, which are made
// from Docker's official ones, with the minor version of their Python. Source:
// https://github.com/apache/beam/blob/master/sdks/python/container/Dockerfile
var (
	launcherName = regexp.MustCompile(`/python3(\d+)-template-launcher-base$`)
	sdkName      = regexp.MustCompile(`(?:^|/)beam_python3\.(\d+)_sdk$`)
)

// minor matches the Python version at the start of a tag, such as "3.12-slim" or "3.12.4".
var minor = regexp.MustCompile(`^(3\.\d+)(?:[.-]|$)`)

// fromReference knows the images that nearly everyone uses by their names. The
// version is the tag's, or the one that the configuration names.
func fromReference(reference, version string) (Python, bool) {
	last, tag := repository(reference)
	for _, form := range []*regexp.Regexp{launcherName, sdkName} {
		if m := form.FindStringSubmatch(last); m != nil {
			tag = "3." + m[1]
		}
	}
	if m := minor.FindStringSubmatch(tag); m != nil {
		if version != "" && version != m[1] {
			return Python{}, false
		}
		version = m[1]
	}
	if version == "" {
		return Python{}, false
	}
	switch {
	case last == "lambda/python" || strings.HasSuffix(last, "/aws-lambda-python"):
		return under(lambdaPrefix, version), true
	case launcherName.MatchString(last) || sdkName.MatchString(last):
		return under(officialPrefix, version), true
	case last == "python" || last == "library/python" || last == "docker.io/python":
		return under(officialPrefix, version), true
	default:
		return Python{}, false
	}
}
