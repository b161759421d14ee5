package googlerules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	repositorySource = "https://cloud.google.com/artifact-registry/docs/repositories/create-repos"
	cleanupSource    = "https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview"
	formatSource     = "https://cloud.google.com/artifact-registry/docs/supported-formats"
)

var repositoryID = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// formats of repositories. The API takes them in any case.
var formats = []string{"APT", "DOCKER", "GENERIC", "GO", "GOOGET", "KFP", "MAVEN", "NPM", "PYTHON", "YUM"}

var _ = register("gcp:artifactregistry/repository:Repository", table{
	values: []row{
		{"repositoryId", pattern(repositoryID, "a repository's ID has 1 to 63 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen"), repositorySource},
		{"location", isRegistryLocation, "https://cloud.google.com/artifact-registry/docs/repositories/repo-locations"},
		{"format", text(func(v string) string {
			if !slices.Contains(formats, strings.ToUpper(v)) {
				return fmt.Sprintf("it is one of %v", formats)
			}
			return ""
		}), formatSource},
		{"mode", oneOf("STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY", ""), repositorySource},
		{"cleanupPolicies[].id", pattern(regexp.MustCompile(`.`), "a policy has an ID"), cleanupSource},
		{"cleanupPolicies[].action", oneOf("DELETE", "KEEP", ""), cleanupSource},
		{"cleanupPolicies[].condition.tagState", oneOf("TAGGED", "UNTAGGED", "ANY", "TAG_STATE_UNSPECIFIED"), cleanupSource},
		{"cleanupPolicies[].condition.olderThan", optional(duration), cleanupSource},
		{"cleanupPolicies[].condition.newerThan", optional(duration), cleanupSource},
		{"cleanupPolicies[].mostRecentVersions.keepCount", atLeast(1), cleanupSource},
		{"mavenConfig.versionPolicy", oneOf("VERSION_POLICY_UNSPECIFIED", "RELEASE", "SNAPSHOT"), repositorySource},
	},
	whole: wholeRepository,
})

// maxPolicies is how many clean-up policies a repository may have.
const maxPolicies = 10

func wholeRepository(in inputs) []Failure {
	v, given, known := in.Get("cleanupPolicies")
	if !given || !known || !v.IsArray() {
		return nil
	}
	var out []Failure
	if n := len(v.ArrayValue()); n > maxPolicies {
		out = append(out, Failure{Property: "cleanupPolicies", Reason: fmt.Sprintf("expected at most %d policies, got %d", maxPolicies, n), Source: cleanupSource})
	}
	seen := map[string]bool{}
	for i, e := range v.ArrayValue() {
		if !e.IsObject() {
			continue
		}
		policy, at := inputs(e.ObjectValue()), fmt.Sprintf("cleanupPolicies[%d]", i)
		if id := policy.Str("id"); id != "" {
			if seen[id] {
				out = append(out, Failure{Property: at + ".id", Reason: fmt.Sprintf("two policies have the ID %q", id), Source: cleanupSource})
			}
			seen[id] = true
		}
		if policy.Given("mostRecentVersions") && policy.Given("condition") {
			out = append(out, Failure{Property: at + ".condition", Reason: "a policy has a condition or mostRecentVersions, not both", Source: cleanupSource})
		}
		if policy.Given("mostRecentVersions") && policy.Str("action") == "DELETE" {
			out = append(out, Failure{Property: at + ".mostRecentVersions", Reason: "only a policy with the action KEEP has mostRecentVersions", Source: cleanupSource})
		}
	}
	return out
}

var _ = register("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", table{values: []row{
	{"member", isMember, memberSource},
	{"role", isRole, roleSource},
}})
