package googlerules

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"time"

	// Time zones are known on machines without a tz database too.
	_ "time/tzdata"

	"github.com/dorc-dev/dorc/pkg/googlerules/cron"
)

const jobSource = "https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs"

var jobID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,500}$`)

// methods of HTTP that a job may use.
var methods = []string{"POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"}

var _ = register("gcp:cloudscheduler/job:Job", table{
	values: []row{
		{"name", pattern(jobID, "a job's ID has 1 to 500 letters, digits, _ and -"), jobSource},
		{"region", isRegion, regionSource},
		{"description", length(0, 500), jobSource},
		{"schedule", schedule, cron.Source},
		{"timeZone", timeZone, jobSource},
		{"retryConfig.retryCount", between(0, 5), jobSource},
		{"retryConfig.maxDoublings", atLeast(0), jobSource},
		{"retryConfig.maxRetryDuration", duration, jobSource},
		{"retryConfig.minBackoffDuration", duration, jobSource},
		{"retryConfig.maxBackoffDuration", duration, jobSource},
		{"httpTarget.uri", uri, jobSource},
		{"httpTarget.httpMethod", oneOf(methods...), jobSource},
		{"httpTarget.body", base64Text, jobSource},
		{"httpTarget.oauthToken.serviceAccountEmail", isAccount, accountSource},
		{"httpTarget.oidcToken.serviceAccountEmail", isAccount, accountSource},
		{"pubsubTarget.topicName", pattern(regexp.MustCompile(`^projects/[^/]+/topics/[^/]+$`), "a topic is projects/<project>/topics/<name>"), jobSource},
		{"pubsubTarget.data", base64Text, jobSource},
		{"appEngineHttpTarget.httpMethod", oneOf(methods...), jobSource},
		{"appEngineHttpTarget.relativeUri", pattern(regexp.MustCompile(`^/`), "it begins with /"), jobSource},
		{"appEngineHttpTarget.body", base64Text, jobSource},
	},
	whole: wholeJob,
})

// ScheduleReason says why Cloud Scheduler would refuse a schedule, or "". App
// Engine's format passes: Google takes it, and dorc does not read it.
func ScheduleReason(expression string) string {
	_, err := cron.Parse(expression)
	var bad *cron.Error
	if !errors.As(err, &bad) || bad.English {
		return ""
	}
	if bad.Hint != "" {
		return bad.Error() + ". " + bad.Hint
	}
	return bad.Error()
}

func schedule(s subject) string {
	if !s.Value.IsString() {
		return ""
	}
	if reason := ScheduleReason(s.Value.StringValue()); reason != "" {
		return "Schedule or timezone is invalid: " + reason
	}
	return ""
}

// TimeZoneReason says why a name is no time zone of the tz database, or "".
func TimeZoneReason(name string) string {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return "it is not in the tz database; write a name such as Europe/London or Etc/UTC"
	}
	return ""
}

var timeZone = text(TimeZoneReason)

var uri = text(func(v string) string {
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return "it is the address that is called, with http:// or https:// before it"
	case len(v) > 2083:
		return "an address has at most 2083 characters"
	}
	return ""
})

// base64Text wants bytes in base64, as the API takes them.
func base64Text(s subject) string {
	if !s.Value.IsString() {
		return ""
	}
	if _, err := base64.StdEncoding.DecodeString(s.Value.StringValue()); err != nil {
		return fmt.Sprintf("invalid value for %s (it must be in base64)", s.Name)
	}
	return ""
}

// zeroOr passes 0s, which stands for the default.
func zeroOr(t test) test {
	return func(s subject) string {
		if s.Value.IsString() && s.Value.StringValue() == "0s" {
			return ""
		}
		return t(s)
	}
}

func wholeJob(in inputs) []Failure {
	var out []Failure
	fail := func(property, format string, args ...any) {
		out = append(out, Failure{Property: property, Reason: fmt.Sprintf(format, args...), Source: jobSource})
	}
	if v, given, known := in.Get("attemptDeadline"); given && known {
		bounds := durationIn(15*time.Second, 30*time.Minute, "15s to 1800s")
		if in.Given("appEngineHttpTarget") {
			bounds = zeroOr(durationIn(15*time.Second, 24*time.Hour+15*time.Second, "0s, or 15s to 86415s"))
		}
		if in.Given("pubsubTarget") {
			bounds = duration // it is ignored
		}
		if reason := bounds(subject{Name: "attemptDeadline", Value: v}); reason != "" {
			fail("attemptDeadline", "%s", reason)
		}
	}
	for _, target := range []string{"httpTarget", "appEngineHttpTarget"} {
		method, given, known := in.Get(target, "httpMethod")
		if in.Str(target, "body") != "" && given && known && method.IsString() &&
			!slices.Contains([]string{"POST", "PUT", "PATCH"}, method.StringValue()) {
			fail(target+".body", "a body is possible with POST, PUT and PATCH only")
		}
	}
	_, oauth, knownOauth := in.Get("httpTarget", "oauthToken")
	_, oidc, knownOIDC := in.Get("httpTarget", "oidcToken")
	if oauth && oidc && knownOauth && knownOIDC {
		fail("httpTarget.oidcToken", "a job has an oauthToken or an oidcToken, not both")
	}
	if !in.Given("schedule") {
		fail("schedule", "a job needs a schedule")
	}
	return out
}
