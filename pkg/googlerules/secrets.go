package googlerules

import (
	"encoding/base64"
	"fmt"
	"regexp"
)

const (
	secretSource  = "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create"
	payloadSource = "https://cloud.google.com/secret-manager/quotas"
)

var secretID = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,255}$`)

// maxPayload is the size of a secret in bytes.
const maxPayload = 64 << 10

var _ = register("gcp:secretmanager/secret:Secret", table{
	values: []row{
		{"secretId", pattern(secretID, "a secret's ID has 1 to 255 letters, digits, _ and -"), secretSource},
		{"ttl", optional(duration), secretSource},
		{"versionDestroyTtl", optional(duration), secretSource},
		{"rotation.rotationPeriod", optional(duration), "https://cloud.google.com/secret-manager/docs/secret-rotation"},
		{"replication.userManaged.replicas[].location", isRegion, "https://cloud.google.com/secret-manager/docs/locations"},
		{"topics[].name", pattern(regexp.MustCompile(`^projects/[^/]+/topics/[^/]+$`), "a topic is projects/<project>/topics/<name>"), secretSource},
	},
	whole: func(in inputs) []Failure {
		if in.Given("rotation") && !in.Given("topics") {
			return []Failure{{Property: "rotation", Reason: "a rotation needs topics that are told of it",
				Source: "https://cloud.google.com/secret-manager/docs/secret-rotation"}}
		}
		return nil
	},
})

var _ = register("gcp:secretmanager/secretVersion:SecretVersion", table{whole: func(in inputs) []Failure {
	data := in.Str("secretData")
	size := len(data)
	if in.Bool("isSecretDataBase64") {
		plain, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return []Failure{{Property: "secretData", Reason: "it is not base64, which isSecretDataBase64 says", Source: secretSource}}
		}
		size = len(plain)
	}
	if size > maxPayload {
		return []Failure{{Property: "secretData", Reason: fmt.Sprintf("a secret has at most %d bytes, not %d", maxPayload, size), Source: payloadSource}}
	}
	if _, given, known := in.Get("secretData"); given && known && size == 0 {
		return []Failure{{Property: "secretData", Reason: "a secret cannot be empty", Source: secretSource}}
	}
	return nil
}})

var _ = register("gcp:secretmanager/secretIamMember:SecretIamMember", table{values: []row{
	{"member", isMember, memberSource},
	{"role", isRole, roleSource},
}})
