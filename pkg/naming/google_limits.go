package naming

import (
	"net/netip"
	"regexp"
	"strings"
)

// The limits of names on Google Cloud. Each source was the page that states the
// rule when it was written down here.
var (
	// googleBucketLimit leaves out names with periods: those are domains, which
	// their owner must verify first.
	googleBucketLimit = limit{
		thing: "Cloud Storage bucket", min: 3, max: 63,
		pattern:  regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*[a-z0-9]$`),
		allowed:  "a-z, 0-9, - and _, with a letter or digit at both ends",
		reserved: reservedGoogleBucket,
		source:   "https://cloud.google.com/storage/docs/buckets#naming",
	}
	serviceAccountLimit = limit{
		thing: "service account", min: 6, max: 30,
		pattern: regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`),
		allowed: "a-z, 0-9 and -, with a letter at the beginning and no - at the end",
		source:  "https://cloud.google.com/iam/docs/service-accounts-create",
	}
	workflowLimit = limit{
		thing: "workflow", min: 1, max: 64,
		pattern: regexp.MustCompile(`^[a-zA-Z](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?$`),
		allowed: "letters, digits, - and _, with a letter at the beginning and a letter or digit at the end",
		source:  "https://cloud.google.com/workflows/docs/reference/rest/v1/projects.locations.workflows/create",
	}
	schedulerJobLimit = limit{
		thing: "Cloud Scheduler job", min: 1, max: 500,
		pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`),
		allowed: "letters, digits, - and _",
		source:  "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs",
	}
	secretLimit = limit{
		thing: "Secret Manager secret", min: 1, max: 255,
		pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]+$`),
		allowed: "letters, digits, - and _",
		source:  "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create",
	}
	computeLimit = limit{
		thing: "Compute Engine resource", min: 1, max: 63,
		pattern: regexp.MustCompile(`^[a-z](?:[a-z0-9-]*[a-z0-9])?$`),
		allowed: "a-z, 0-9 and -, with a letter at the beginning and no - at the end",
		source:  "https://cloud.google.com/compute/docs/naming-resources",
	}
	// composerLimit is the provider's; Google's own page allows one character more.
	composerLimit = limit{
		thing: "Cloud Composer environment", min: 1, max: 63,
		pattern: regexp.MustCompile(`^[a-z](?:[a-z0-9-]*[a-z0-9])?$`),
		allowed: "a-z, 0-9 and -, with a letter at the beginning and no - at the end",
		source:  "https://cloud.google.com/composer/docs/reference/rest/v1/projects.locations.environments",
	}
	serviceProjectLimit = limit{
		thing: "service project", min: 1, max: 63,
		pattern: regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`),
		allowed: "a-z, 0-9, - and _, with a letter or digit at the beginning",
		source:  "docs/composer.md",
	}
	googleRepositoryLimit = limit{
		thing: "Artifact Registry repository", min: 1, max: 63,
		pattern: regexp.MustCompile(`^[a-z](?:[a-z0-9-]*[a-z0-9])?$`),
		allowed: "a-z, 0-9 and -, with a letter at the beginning and no - at the end",
		source:  "https://cloud.google.com/artifact-registry/docs/repositories/create-repos",
	}
	// imageLimit is far below the 255 characters of a whole image name, of which
	// registry, project and repository are a part.
	imageLimit = limit{
		thing: "container image", min: 1, max: 120,
		pattern: regexp.MustCompile(`^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$`),
		allowed: "a-z and 0-9, with . _ or - between them",
		source:  "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests",
	}
	// dataflowJobLimit leaves room for what makes a job's name unique: a hyphen
	// and up to 15 characters.
	dataflowJobLimit = limit{
		thing: "Dataflow job", min: 1, max: 63 - 16,
		pattern: regexp.MustCompile(`^[a-z](?:[a-z0-9-]*[a-z0-9])?$`),
		allowed: "a-z, 0-9 and -, with a letter at the beginning and no - at the end",
		source:  "https://cloud.google.com/dataflow/docs/reference/pipeline-options",
	}
)

// reservedGoogleBucket knows the bucket names that Cloud Storage keeps for itself.
func reservedGoogleBucket(name string) string {
	switch _, err := netip.ParseAddr(name); {
	case strings.HasPrefix(name, "goog"):
		return "a name cannot begin with goog"
	case strings.Contains(name, "google"), strings.Contains(name, "g00gle"):
		return "a name cannot have google in it"
	case err == nil:
		return "a name cannot look like an IP address"
	}
	return ""
}
