package composer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// VersionsSource states the form of image versions.
const VersionsSource = "https://cloud.google.com/composer/docs/concepts/versioning/composer-versioning-overview"

// Image is the name of an image version: a full one, such as
// "composer-3-airflow-2.10.5-build.15" or "composer-2.9.6-airflow-2.9.3", or an
// alias, such as "composer-3-airflow-2", which stands for the latest that fits.
type Image struct {
	// Generation is 1, 2 or 3, or 0 for "latest".
	Generation int
	// Composer is the version of Composer, such as "2.9.6", "3" or "latest".
	Composer string
	// Airflow is the version of Airflow, such as "2.10.5", or a part of it.
	Airflow string
	// Build is the number of the build in generation 3, or NoBuild.
	Build int
}

// NoBuild stands for the build of an image version that names none.
const NoBuild = -1

var (
	imageForm = regexp.MustCompile(`^composer-([0-9]+(?:\.[0-9]+\.[0-9]+(?:-preview\.[0-9]+)?)?|latest)-airflow-([0-9]+(?:\.[0-9]+){0,2})(?:-build\.([0-9]+))?$`)
	numbers   = regexp.MustCompile(`[0-9]+`)
)

// ParseImage reads an image version. ok is false when it has not the form of one.
func ParseImage(version string) (i Image, ok bool) {
	m := imageForm.FindStringSubmatch(version)
	if m == nil {
		return Image{}, false
	}
	i = Image{Composer: m[1], Airflow: m[2], Build: NoBuild}
	i.Generation = int(first(m[1]))
	if m[3] != "" {
		i.Build = int(first(m[3]))
	}
	return i, true
}

// String is the image version.
func (i Image) String() string {
	s := "composer-" + i.Composer + "-airflow-" + i.Airflow
	if i.Build != NoBuild {
		s += fmt.Sprintf("-build.%d", i.Build)
	}
	return s
}

// Full reports whether the name stands for one image alone.
func (i Image) Full() bool {
	if strings.Count(i.Airflow, ".") != 2 || i.Composer == "latest" {
		return false
	}
	return strings.Contains(i.Composer, ".") || i.Build != NoBuild
}

// Covers reports whether an alias may stand for the other image. An image covers
// itself.
func (i Image) Covers(other Image) bool {
	begins := func(long, short string) bool { return long == short || strings.HasPrefix(long, short+".") }
	return (i.Composer == "latest" || begins(other.Composer, i.Composer)) && begins(other.Airflow, i.Airflow) &&
		(i.Build == NoBuild || i.Build == other.Build)
}

// Compare orders images by Composer, Airflow and build: -1 when i is older.
func (i Image) Compare(other Image) int {
	return cmp.Or(compare(i.Composer, other.Composer), compare(i.Airflow, other.Airflow), cmp.Compare(i.Build, other.Build))
}

// compare orders versions such as 2.10.5 by their numbers, as far as both have them.
func compare(a, b string) int {
	x, y := numbers.FindAllString(a, -1), numbers.FindAllString(b, -1)
	n := min(len(x), len(y))
	return slices.CompareFunc(x[:n], y[:n], func(a, b string) int { return cmp.Compare(first(a), first(b)) })
}

// first is the first number in a text, or 0.
func first(text string) int64 {
	n, err := strconv.ParseInt(numbers.FindString(text), 10, 32)
	if err != nil {
		return 0
	}
	return n
}

// ImageReason says why a text is no image version.
func ImageReason(version string) string {
	if _, ok := ParseImage(version); !ok {
		return "an image version is composer-<version>-airflow-<version>, such as composer-3-airflow-2.10.5-build.15 or composer-2.9.6-airflow-2.9.3"
	}
	return ""
}

// UpgradeSource states what an environment's image may be changed to.
const UpgradeSource = "https://cloud.google.com/composer/docs/composer-3/upgrade-environments"

// UpgradeReason says why an environment with an image cannot be changed to another:
// only to a later one, of the same generation. Versions that cannot be read pass.
func UpgradeReason(from, to string) string {
	old, ok := ParseImage(from)
	now, also := ParseImage(to)
	switch {
	case !ok || !also || now.Covers(old):
		return ""
	case old.Generation != now.Generation && now.Generation != 0:
		return fmt.Sprintf("an environment of Cloud Composer %d cannot become one of Cloud Composer %d", old.Generation, now.Generation)
	case compare(now.Composer, old.Composer) < 0, compare(now.Airflow, old.Airflow) < 0, now.Build != NoBuild && now.Compare(old) < 0:
		return fmt.Sprintf("an environment cannot go back from %s to %s", from, to)
	}
	return ""
}
