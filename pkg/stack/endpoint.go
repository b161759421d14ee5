package stack

import (
	"net/url"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"

	"github.com/dorc-dev/dorc/pkg/settings"
)

// credentialVariables are those by which an environment gives AWS credentials.
var credentialVariables = []string{
	"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
}

// setEndpoint sends every AWS service to AWS_ENDPOINT_URL, when a file or a flag
// gave it: the SDK in this process, and the provider's process, read it from the
// environment. Without credentials in the environment they get some that only an
// emulator takes, so that nothing looks for others and waits. They stay in the
// environment: what configures a provider is kept in the state.
func (p *Project) setEndpoint() error {
	if err := p.setGoogle(); err != nil {
		return err
	}
	s := p.Settings
	if s.AWSEndpointURL == "" || s.Target != settings.TargetCloud && !strings.HasPrefix(s.InfraBucket, "s3://") {
		return nil
	}
	variables := map[string]string{"AWS_ENDPOINT_URL": s.AWSEndpointURL, "AWS_EC2_METADATA_DISABLED": "true"}
	if !anySet(credentialVariables) {
		variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"] = "test", "test"
	}
	for name, value := range variables {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

func anySet(names []string) bool {
	for _, name := range names {
		if os.Getenv(name) != "" {
			return true
		}
	}
	return false
}

// endpointConfig is what the official AWS provider needs for another endpoint
// than AWS's: buckets in paths instead of host names, and no checks against what
// only AWS has. The account is still asked for, since allowedAccountIds is held
// against it.
func (p *Project) endpointConfig() config.Map {
	if p.Settings.AWSEndpointURL == "" {
		return nil
	}
	c := config.Map{}
	for _, key := range []string{"s3UsePathStyle", "skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation"} {
		c[config.MustMakeKey("aws", key)] = config.NewValue("true")
	}
	return c
}

// stateURL is INFRA_BUCKET with what the settings say of S3: the region that
// AWS_REGION names, and with another endpoint buckets in paths. What the URL says
// itself stays.
func (p *Project) stateURL() string {
	raw := p.Settings.InfraBucket
	if !strings.HasPrefix(raw, "s3://") {
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return raw // opening it says what is wrong
	}
	q := u.Query()
	if !q.Has("region") && p.Settings.Source(settings.AWSRegion) != "default" {
		q.Set("region", p.Settings.AWSRegion)
	}
	if p.Settings.AWSEndpointURL != "" && !q.Has("endpoint") && !q.Has("use_path_style") && !q.Has("s3ForcePathStyle") {
		q.Set("use_path_style", "true")
	}
	u.RawQuery = q.Encode()
	return u.String()
}
