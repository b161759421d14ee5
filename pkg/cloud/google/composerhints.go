package google

import (
	"regexp"
	"strings"
)

// aboutEnvironment is what the plugin writes around errors of Composer environments.
var aboutEnvironment = regexp.MustCompile(`(?i)\bcomposer\b|\benvironments?\b`)

// inComposer looks for a text in an error of a Composer environment.
func inComposer(pattern string) func(answer, string) bool {
	found := says(pattern)
	return func(a answer, text string) bool { return aboutEnvironment.MatchString(text) && found(a, text) }
}

var buildLog = regexp.MustCompile(`https://console\.cloud\.google\.com/\S*cloud-build\S*[^\s.,;]`)

// ofComposer are those of Composer environments. Many come at the end of an operation
// of half an hour. https://cloud.google.com/composer/docs/composer-3/troubleshooting-environment-creation
var ofComposer = []failure{
	{
		name: "Composer's agent", is: inComposer(`(?i)service agent.*missing required permissions|Service Agent Extension role|ServiceAgentV2Ext`),
		summary: "Composer's agent may not use the environment's service account",
		hint: always("grant roles/composer.ServiceAgentV2Ext on that service account to service-<project number>@cloudcomposer-accounts.iam.gserviceaccount.com; " +
			"dorc does where it makes the account"),
	},
	{
		name: "the account of a Composer environment", is: inComposer(`(?i)missing IAM roles|composer\.worker`),
		summary: "the environment's service account lacks roles",
		hint:    always("grant roles/composer.worker in the project to the account that gcp.composer.service_account names; one that is new can take some minutes: run the command again"),
	},
	{
		name: "PyPI packages that Composer cannot install", is: inComposer(`(?i)failed to install (PyPI|Python) packages|dependency conflict|PyPI dependencies`),
		summary: "the PyPI packages cannot be installed",
		hint: func(_ answer, text string) string {
			hint := "the environment goes on as it was: change gcp.composer.pypi_packages so that pip finds versions that go with those of the image"
			if log := buildLog.FindString(text); log != "" {
				return hint + "; what pip said: " + log
			}
			return hint + "; what pip said is in the log of Cloud Build: https://console.cloud.google.com/cloud-build/builds"
		},
	},
	{
		name: "a Composer environment that is updating", is: inComposer(`(?i)(state|status)\W+(is\W+)?(CREATING|UPDATING|DELETING|ERROR)\b|(in|not)( the)? RUNNING state|another operation .*(progress|running)`),
		summary: "the Composer environment takes no change now",
		hint:    always("someone else changes it, or Google maintains it: run the command again when it is RUNNING; `gcloud composer operations list` shows what goes on"),
	},
	{
		name: "an image that Composer does not have", is: inComposer(`(?i)image version.*(unsupported|not supported|deprecated|not available|not found|invalid|cannot be used)|(unsupported|invalid|unknown) image version`),
		summary: "Composer does not have the image version",
		hint:    always("set gcp.composer.image_version to one that `gcloud composer environments list-image-versions` lists for the region"),
	},
	{
		name: "a key that Composer may not use", is: inComposer(`(?i)cryptoKeyEncrypterDecrypter|cloudkms\.|kms key`),
		summary: "Google's agents may not use the key of the environment",
		hint: always("grant roles/cloudkms.cryptoKeyEncrypterDecrypter on the key to the agents that " +
			"https://cloud.google.com/composer/docs/composer-3/configure-cmek-encryption lists"),
	},
	{
		name: "a network that Composer cannot use", is: func(a answer, text string) bool {
			return aboutEnvironment.MatchString(text) && networkTrouble.MatchString(text) && !strings.Contains(text, "constraints/")
		},
		summary: "the network does not fit the Composer environment",
		hint: always("its subnetwork needs Private Google Access and free addresses, and its ranges must not be used by anything else: " +
			"https://cloud.google.com/composer/docs/composer-3/configure-private-ip"),
	},
}

var networkTrouble = regexp.MustCompile(`(?i)private (ip )?google access|ip[_ ]space|(cidr|range|block)s?\b.*(overlap|conflict|exhausted|not available)|` +
	`(network|subnetwork)s?\b.*(not found|does not exist|cannot be found|different (project|region))`)
