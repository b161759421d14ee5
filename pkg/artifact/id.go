package artifact

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	// commitDigits and hashDigits are how many digits of the commit and of the content
	// hash an id has.
	commitDigits = 8
	hashDigits   = 12
	// maxPart is the most characters of a repository's and of a branch's name in an id:
	// the names of objects may have 1,024 bytes
	// (https://cloud.google.com/storage/docs/objects#naming), of which paths need theirs.
	maxPart = 60
	// none stands in an id for what git does not know.
	none = "none"
)

// unsafe is every character that is not kept in an id. What is left is plain in a
// path, a URL and a shell.
var unsafe = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

func part(name string) string {
	name = strings.Trim(unsafe.ReplaceAllString(name, "-"), ".-")
	if len(name) > maxPart {
		name = strings.Trim(name[:maxPart], ".-")
	}
	return cmp.Or(name, none)
}

// newID is <repository>_<branch>_<commit>_<content hash>, and -dirty for files that
// are not exactly those of the commit.
func newID(s Source, hash string) string {
	id := strings.Join([]string{part(s.Repository), part(s.Branch), part(s.Commit[:min(len(s.Commit), commitDigits)]), hash[:hashDigits]}, "_")
	if s.Dirty {
		id += "-dirty"
	}
	return id
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9.-]+_[A-Za-z0-9.-]+_[A-Za-z0-9.-]+_[0-9a-f]{12}(-dirty)?$`)

// CheckID refuses a text that is no artifact's id.
func CheckID(id string) error {
	if idForm.MatchString(id) && len(id) < 200 {
		return nil
	}
	return problem.Problem{
		Resource: "artifact " + id, Summary: "this is not the id of an artifact",
		Detail: "an id is <repository>_<branch>_<commit>_<content hash>, such as pipelines_main_1f0c2a9b_6e4a8f21c0d3",
		Hint:   "`dorc artifact list` shows what there is.",
	}
}
