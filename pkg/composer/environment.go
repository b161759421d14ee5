package composer

import (
	"fmt"
	"regexp"
	"strconv"
)

// EnvironmentSource states what the fields of an environment may have.
const EnvironmentSource = "https://cloud.google.com/composer/docs/reference/rest/v1/projects.locations.environments"

// Sizes are the sizes of an environment, from the smallest, by the words of the API.
var Sizes = []string{"ENVIRONMENT_SIZE_SMALL", "ENVIRONMENT_SIZE_MEDIUM", "ENVIRONMENT_SIZE_LARGE"}

// Resilience modes of an environment.
const (
	StandardResilience = "STANDARD_RESILIENCE"
	HighResilience     = "HIGH_RESILIENCE"
)

// MaxName is how long the name of an environment may be.
const MaxName = 63

var (
	nameForm   = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)
	keyForm    = regexp.MustCompile(`^projects/[^/]+/locations/([^/]+)/keyRings/[^/]+/cryptoKeys/[^/]+$`)
	offsetForm = regexp.MustCompile(`^UTC(?:[+-]([0-9]{1,2}))?$`)
	folderForm = regexp.MustCompile(`^gs://[a-z0-9][a-z0-9._-]*(?:/.*)?$`)
)

// NameReason says why a text is no name of an environment.
func NameReason(name string) string {
	if !nameForm.MatchString(name) {
		return fmt.Sprintf("a name has 1 to %d lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen", MaxName)
	}
	return ""
}

// KeySource states which keys an environment can have.
const KeySource = "https://cloud.google.com/composer/docs/composer-3/configure-cmek-encryption"

// KeyReason says why a text is not the full name of a key of Cloud KMS in the
// environment's region. An empty region stands for any.
func KeyReason(key, region string) string {
	m := keyForm.FindStringSubmatch(key)
	switch {
	case m == nil:
		return "a key is projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>"
	case region != "" && m[1] != region:
		return fmt.Sprintf("the key must be in the environment's region %s, and it is in %s", region, m[1])
	}
	return ""
}

// SnapshotsSource states how snapshots are scheduled.
const SnapshotsSource = "https://cloud.google.com/composer/docs/composer-3/save-load-snapshots"

// OffsetReason says why a text is no time zone of a snapshot schedule: unlike
// elsewhere in Google Cloud, these are offsets from UTC in hours.
func OffsetReason(zone string) string {
	m := offsetForm.FindStringSubmatch(zone)
	if m != nil && m[1] != "" {
		if hours, err := strconv.Atoi(m[1]); err != nil || hours > 12 {
			m = nil
		}
	}
	if m == nil {
		return "a time zone is an offset from UTC-12 to UTC+12, such as UTC or UTC+01"
	}
	return ""
}

// FolderReason says why a text is no folder of a bucket.
func FolderReason(folder string) string {
	if !folderForm.MatchString(folder) {
		return "a folder is gs://<bucket>/<folder>"
	}
	return ""
}
