package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// configuration is that of pulumi-aws. A change of the region replaces the provider
// and what it made: the region is part of every ARN.
var configuration = provider.Config{
	Honoured: []string{"region", "allowedAccountIds", "forbiddenAccountIds", "defaultTags"},
	Ignored: []string{
		"accessKey", "assumeRole", "assumeRoleWithWebIdentity", "assumeRoles", "customCaBundle",
		"ec2MetadataServiceEndpoint", "ec2MetadataServiceEndpointMode", "endpoints", "httpProxy", "httpsProxy", "insecure",
		"maxRetries", "noProxy", "profile", "retryMode", "s3UsEast1RegionalEndpoint", "s3UsePathStyle", "secretKey",
		"sharedConfigFiles", "sharedCredentialsFiles", "skipCredentialsValidation", "skipMetadataApiCheck",
		"skipRegionValidation", "skipRequestingAccountId", "stsRegion", "token", "tokenBucketRateLimiterCapacity",
		"useDualstackEndpoint", "useFipsEndpoint",
		// Pulumi's own.
		"version", "pluginDownloadURL", "pluginChecksums",
	},
	Refused: map[string]string{
		"ignoreTags": "the local cloud does not have ignoreTags: nobody else sets tags on its resources",
	},
	Read:     readScope,
	Check:    checkConfig,
	Replaces: map[string]func(provider.Scope) string{"region": func(s provider.Scope) string { return s.Region }},
}

var regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)

// checkConfig refuses regions that are none, and accounts that the configuration excludes.
func checkConfig(in resource.PropertyMap, own provider.Scope, fail func(key, format string, args ...any)) {
	c, err := readConfig(in)
	if err != nil {
		fail("defaultTags", "%v", err)
	}
	if c.region != "" && !regionPattern.MatchString(c.region) {
		fail("region", "invalid AWS Region: %s", c.region)
	}
	if len(c.allowed) > 0 && !slices.Contains(c.allowed, own.Account) {
		fail("allowedAccountIds", "AWS account ID not allowed: %s; allowed are %s. Set AWS_ACCOUNT", own.Account, strings.Join(c.allowed, ", "))
	}
	if slices.Contains(c.forbidden, own.Account) {
		fail("forbiddenAccountIds", "AWS account ID not allowed: %s is forbidden", own.Account)
	}
}

// readScope takes the region and the default tags.
func readScope(in resource.PropertyMap, was provider.Scope) (provider.Scope, error) {
	c, err := readConfig(in)
	if c.region != "" {
		was.Region = c.region
	}
	was.Labels = c.tags
	return was, err
}

// config is the part of the configuration that is honoured.
type config struct {
	region             string
	allowed, forbidden []string
	tags               map[string]string
}

// readConfig reads what is honoured.
func readConfig(in resource.PropertyMap) (config, error) {
	var c config
	if v := provider.Open(in["region"]); v.IsString() {
		c.region = v.StringValue()
	}
	for key, into := range map[resource.PropertyKey]any{
		"allowedAccountIds": &c.allowed, "forbiddenAccountIds": &c.forbidden,
	} {
		if err := provider.DecodeConfig(in[key], into); err != nil {
			return c, fmt.Errorf("%s: %w", key, err)
		}
	}
	var defaults struct {
		Tags map[string]string `json:"tags"`
	}
	if err := provider.DecodeConfig(in["defaultTags"], &defaults); err != nil {
		return c, fmt.Errorf("defaultTags: %w", err)
	}
	c.tags = defaults.Tags
	return c, nil
}
