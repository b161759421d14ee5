package googlerules

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	bucketSource     = "https://cloud.google.com/storage/docs/buckets"
	objectSource     = "https://cloud.google.com/storage/docs/objects"
	classSource      = "https://cloud.google.com/storage/docs/storage-classes"
	lifecycleSource  = "https://cloud.google.com/storage/docs/lifecycle"
	preventionSource = "https://cloud.google.com/storage/docs/public-access-prevention"
	softDeleteSource = "https://cloud.google.com/storage/docs/soft-delete"
	retentionSource  = "https://cloud.google.com/storage/docs/bucket-lock"
	storageIAMSource = "https://cloud.google.com/storage/docs/access-control/iam-roles"
)

var (
	bucketCharacters = regexp.MustCompile(`^[a-z0-9._-]*$`)
	bucketEnds       = regexp.MustCompile(`^[a-z0-9].*[a-z0-9]$`)
	domainLike       = regexp.MustCompile(`^([a-z0-9_-]+\.)+[a-z]{2,}$`)
)

// storageClasses are those that a bucket can have.
var storageClasses = []string{"STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL", "DURABLE_REDUCED_AVAILABILITY"}

// bucketName wants a bucket's name.
var bucketName = text(whyNoBucket)

// whyNoBucket says why a text is no bucket's name, or "".
func whyNoBucket(v string) string {
	parts := strings.Split(v, ".")
	longest := 0
	for _, p := range parts {
		longest = max(longest, len(p))
	}
	switch {
	case !bucketCharacters.MatchString(v):
		return "name value can only contain lowercase letters, numeric characters, dashes (-), underscores (_), and dots (.)"
	case len(v) < 3 || longest > 63 || len(v) > 222:
		return "name value must contain 3-63 characters. Names containing dots can contain up to 222 characters, " +
			"but each dot-separated component can be no longer than 63 characters"
	case !bucketEnds.MatchString(v):
		return "a name begins and ends with a letter or digit"
	case strings.Contains(v, "..") || strings.Contains(v, ".-") || strings.Contains(v, "-."):
		return "each part of a name with dots begins and ends with a letter, digit or underscore"
	case strings.HasPrefix(v, "goog"):
		return `a name cannot begin with "goog"`
	case strings.Contains(v, "google") || strings.Contains(v, "g00gle"):
		return `a name cannot contain "google" or what looks like it`
	}
	if _, err := netip.ParseAddr(v); err == nil {
		return "a name cannot look like an IP address"
	}
	if strings.Contains(v, ".") && !domainLike.MatchString(v) {
		return "a name with a dot is a domain that you have verified as yours, such as data.example.com; use - in others"
	}
	return ""
}

var _ = register("gcp:storage/bucket:Bucket", table{
	values: []row{
		{"name", bucketName, bucketSource},
		{"location", isStorageLocation, locationSource},
		{"storageClass", oneOf(storageClasses...), classSource},
		{"publicAccessPrevention", oneOf("enforced", "inherited"), preventionSource},
		{"rpo", oneOf("DEFAULT", "ASYNC_TURBO"), locationSource},
		{"lifecycleRules[].action.type", oneOf("Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"), lifecycleSource},
		{"lifecycleRules[].action.storageClass", oneOf(storageClasses...), lifecycleSource},
		{"lifecycleRules[].condition.age", atLeast(0), lifecycleSource},
		{"lifecycleRules[].condition.numNewerVersions", atLeast(0), lifecycleSource},
		{"lifecycleRules[].condition.daysSinceNoncurrentTime", atLeast(0), lifecycleSource},
		{"lifecycleRules[].condition.createdBefore", optional(date), lifecycleSource},
		{"lifecycleRules[].condition.noncurrentTimeBefore", optional(date), lifecycleSource},
		{"lifecycleRules[].condition.withState", oneOf("LIVE", "ARCHIVED", "ANY", ""), lifecycleSource},
		{"retentionPolicy.retentionPeriod", between(1, 3155760000), retentionSource},
		{"softDeletePolicy.retentionDurationSeconds", softDelete, softDeleteSource},
	},
	whole: wholeBucket,
})

// date wants a day as RFC 3339 writes it.
var date = text(func(v string) string {
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		return "it is a date such as 2024-12-31"
	}
	return ""
})

// softDelete wants 0, which turns it off, or 7 to 90 days.
func softDelete(s subject) string {
	if n := s.Value; n.IsNumber() && n.NumberValue() != 0 {
		return between(604800, 7776000)(s)
	}
	return ""
}

func wholeBucket(in inputs) []Failure {
	v, given, known := in.Get("lifecycleRules")
	if !given || !known || !v.IsArray() {
		return nil
	}
	var out []Failure
	for i, e := range v.ArrayValue() {
		if !e.IsObject() {
			continue
		}
		rule, at := inputs(e.ObjectValue()), fmt.Sprintf("lifecycleRules[%d]", i)
		switch kind := rule.Str("action", "type"); {
		case kind == "SetStorageClass" && !rule.Given("action", "storageClass"):
			out = append(out, Failure{Property: at + ".action.storageClass", Reason: "the action SetStorageClass needs a storageClass", Source: lifecycleSource})
		case kind != "" && kind != "SetStorageClass" && rule.Str("action", "storageClass") != "":
			out = append(out, Failure{Property: at + ".action.storageClass", Reason: "only the action SetStorageClass has a storageClass", Source: lifecycleSource})
		}
		if c, given, known := rule.Get("condition"); given && known && c.IsObject() && len(c.ObjectValue()) == 0 {
			out = append(out, Failure{Property: at + ".condition", Reason: "a rule needs at least one condition", Source: lifecycleSource})
		}
	}
	return out
}

var _ = register("gcp:storage/bucketIAMMember:BucketIAMMember", table{
	values: []row{
		{"member", isMember, memberSource},
		{"role", isRole, roleSource},
	},
	whole: func(in inputs) []Failure {
		// https://cloud.google.com/storage/docs/access-control/iam-roles: basic roles are not for buckets.
		if role := in.Str("role"); role == "roles/owner" || role == "roles/editor" || role == "roles/viewer" {
			return []Failure{{Property: "role", Reason: "Role " + role + " is not supported for this resource.", Source: storageIAMSource}}
		}
		return nil
	},
})

var _ = register("gcp:storage/bucketObject:BucketObject", table{values: []row{
	{"name", objectName, objectSource},
	{"storageClass", oneOf(storageClasses...), classSource},
	{"retention.mode", oneOf("Locked", "Unlocked"), "https://cloud.google.com/storage/docs/object-lock"},
}})

// objectName wants 1 to 1,024 bytes of UTF-8 without line breaks.
var objectName = text(func(v string) string {
	switch {
	case len(v) < 1 || len(v) > 1024:
		return fmt.Sprintf("an object's name has 1 to 1024 bytes, not %d", len(v))
	case !utf8.ValidString(v):
		return "an object's name is UTF-8"
	case strings.ContainsAny(v, "\r\n"):
		return "an object's name has no carriage return or line feed"
	case v == "." || v == "..":
		return "an object cannot be named . or .."
	case strings.HasPrefix(v, ".well-known/acme-challenge/"):
		return "an object's name cannot begin with .well-known/acme-challenge/"
	}
	return ""
})
