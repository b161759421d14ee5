package google

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// failure is a known failure of Google Cloud.
type failure struct {
	// name is what docs/google.md calls it.
	name string
	// is says whether an answer, with the whole text, is this failure.
	is func(a answer, text string) bool
	// summary and hint are what a person is told.
	summary string
	hint    func(a answer, text string) string
}

// hasReason compares an answer's reason, in the older or the newer spelling.
func hasReason(reasons ...string) func(answer, string) bool {
	return func(a answer, _ string) bool {
		for _, r := range reasons {
			if strings.EqualFold(a.reason, r) {
				return true
			}
		}
		return false
	}
}

// says looks for a text that Google writes.
func says(pattern string) func(answer, string) bool {
	re := regexp.MustCompile(pattern)
	return func(_ answer, text string) bool { return re.MatchString(text) }
}

func always(hint string) func(answer, string) string {
	return func(answer, string) string { return hint }
}

// failures are looked through from the first: a special one stands before a
// general one. Each has its place in docs/google.md.
var failures = slices.Concat(ofComposer, general)

// general are those of more than one service.
var general = []failure{
	{
		name: "an API is not enabled", is: hasReason(serviceDisabled, "accessNotConfigured"),
		summary: "an API is not enabled", hint: enable,
	},
	{
		name: "the quota project", is: hasReason("USER_PROJECT_DENIED", "CONSUMER_INVALID"),
		summary: "the credentials count against a project that they may not use",
		hint: func(a answer, _ string) string {
			return "set the project that requests count against: gcloud auth application-default set-quota-project " + orProject(a.consumer) +
				"; it needs roles/serviceusage.serviceUsageConsumer"
		},
	},
	{
		name: "billing", is: says(`(?i)billing (account .*disabled|must be enabled|is disabled|to be enabled)|BILLING_DISABLED|accountDisabled`),
		summary: "the project has no active billing account",
		hint:    always("link one: gcloud billing projects link PROJECT --billing-account=ACCOUNT, or set create_project.billing_account_id"),
	},
	{
		name: "expired credentials", is: func(a answer, text string) bool {
			return a.code == 401 || strings.Contains(text, "invalid_grant") || strings.Contains(text, "invalid_rapt") || strings.Contains(text, "could not find default credentials")
		},
		summary: "Google does not accept the credentials, or there are none", hint: always(loginHint),
	},
	{
		name: "a bucket's name that is taken", is: func(a answer, text string) bool {
			return a.code == 409 && strings.Contains(strings.ToLower(text), "bucket")
		},
		summary: "the bucket's name is taken",
		hint: func(_ answer, text string) string {
			if strings.Contains(text, "you already own it") {
				return "the bucket is yours already: take it into the state with `dorc import`, or choose another bucket_name"
			}
			return "names of buckets are shared by everyone on Google Cloud: choose another with bucket_name, or the data bucket's name"
		},
	},
	{
		name: "something that exists already", is: func(a answer, _ string) bool { return a.code == 409 && !strings.EqualFold(a.reason, "aborted") },
		summary: "it exists already", hint: always("take it into the state with `dorc import`, or delete it there, or choose another name"),
	},
	{
		name: "a service account that is not known yet", is: says(`(?i)(400|404).*service account .*(does not exist|not found)|service account .* does not exist`),
		summary: "a service account is not known everywhere yet",
		hint:    always("a new account takes up to some minutes (https://cloud.google.com/iam/docs/access-change-propagation): run the command again; one that is managed elsewhere must exist first"),
	},
	{
		name: "acting as a service account", is: func(a answer, text string) bool {
			return a.code == 403 && (a.permission == "iam.serviceAccounts.actAs" || strings.Contains(text, "iam.serviceAccounts.actAs") || strings.Contains(text, "actAs"))
		},
		summary: "the credentials may not act as a service account",
		hint:    always("grant roles/iam.serviceAccountUser on that service account to whoever deploys"),
	},
	{
		name: "a rule of the organization", is: says(`(?i)constraints/|org(anization)? policy|violates constraint`),
		summary: "a rule of the organization forbids it",
		hint: func(_ answer, text string) string {
			if c := constraint.FindString(text); c != "" {
				return "who administers the organization can make an exception of " + c + " for the project"
			}
			return "who administers the organization can make an exception for the project"
		},
	},
	{
		name: "a quota that is used up", is: func(a answer, text string) bool {
			return a.code == 429 && strings.Contains(strings.ToLower(text), "quota") || hasReason("quotaExceeded", "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "rateLimitExceeded", "RATE_LIMIT_EXCEEDED")(a, text) ||
				strings.Contains(text, "Quota '") && strings.Contains(text, "exceeded") || strings.Contains(text, "Insufficient regional quota")
		},
		summary: "a quota is used up",
		hint: func(a answer, text string) string {
			if strings.Contains(strings.ToLower(a.reason), "rate") || strings.Contains(text, "per minute") {
				return "too many requests in a short time: run the command again, with a lower --parallel"
			}
			return "delete what is not used, or ask for more: https://console.cloud.google.com/iam-admin/quotas"
		},
	},
	{
		name: "too many requests", is: func(a answer, _ string) bool { return a.code == 429 },
		summary: "too many requests in a short time", hint: always("run the command again, with a lower --parallel"),
	},
	{
		name: "no image repository", is: says(`(?i)repository .*not found|NAME_UNKNOWN`),
		summary: "the Artifact Registry repository does not exist",
		hint:    always("`dorc apply universal` makes it; repository_name and region must be the same in both"),
	},
	{
		name: "a permission that is missing", is: func(a answer, _ string) bool { return a.code == 403 },
		summary: "a permission is missing", hint: grant,
	},
	{
		name: "something that does not exist", is: func(a answer, _ string) bool { return a.code == 404 },
		summary: "it does not exist", hint: always("if it was deleted outside of dorc, `dorc refresh` takes that into the state"),
	},
	{
		name: "a fault of Google's", is: func(a answer, _ string) bool { return a.code >= 500 },
		summary: "Google Cloud has a fault", hint: always("run the command again; what was done is in the state. https://status.cloud.google.com tells of outages"),
	},
}

var constraint = regexp.MustCompile(`constraints/[A-Za-z0-9.]+`)

const loginHint = "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a credentials file"

func enable(a answer, _ string) string {
	service := a.service
	if service == "" {
		service = "the API that the message names"
	}
	if a.consumer == gcloudProject {
		return "the credentials are of gcloud itself and count against its own project: gcloud auth application-default set-quota-project PROJECT"
	}
	return fmt.Sprintf("enable it: gcloud services enable %s --project=%s; `dorc apply universal` enables what dorc needs, and a new one takes some minutes", service, orProject(a.consumer))
}

// gcloudProject is the number of the project that gcloud's own client is of. User
// credentials without a project for quotas count against it.
const gcloudProject = "764086051850"

func orProject(id string) string {
	if id == "" {
		return "PROJECT"
	}
	return id
}

// grant names the role that has the permission.
func grant(a answer, _ string) string {
	role := Role(a.permission)
	switch {
	case a.permission == "":
		return "docs/google.md lists the roles that dorc needs"
	case role == "":
		return "grant a role that has " + a.permission + " (https://cloud.google.com/iam/docs/permissions-reference)"
	default:
		return fmt.Sprintf("grant %s, which has %s", role, a.permission)
	}
}

// Explain says what an error of Google Cloud, or of the plugin that asked it, means
// and what to do. Its Detail is Google's own sentence. It knows nothing of an error
// that no API answered.
func Explain(err error) (problem.Problem, bool) {
	text := err.Error()
	a, ok := read(err)
	if !ok && !strings.Contains(text, "invalid_grant") && !strings.Contains(text, "could not find default credentials") &&
		!strings.Contains(text, "NAME_UNKNOWN") {
		return problem.Problem{}, false
	}
	for _, f := range failures {
		if f.is(a, text) {
			detail := a.message
			if detail == "" {
				detail = firstLine(text)
			}
			return problem.Problem{Summary: f.summary, Detail: detail, Hint: f.hint(a, text)}, true
		}
	}
	return problem.Problem{}, false
}
