package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// honoured are the configuration keys that mean something here. ignored are those
// of pulumi-aws that are about credentials and transport; there is neither.
var (
	honoured = []string{"region", "allowedAccountIds", "forbiddenAccountIds", "defaultTags"}
	ignored  = []string{
		"accessKey", "assumeRole", "assumeRoleWithWebIdentity", "assumeRoles", "customCaBundle",
		"ec2MetadataServiceEndpoint", "ec2MetadataServiceEndpointMode", "endpoints", "httpProxy", "httpsProxy", "insecure",
		"maxRetries", "noProxy", "profile", "retryMode", "s3UsEast1RegionalEndpoint", "s3UsePathStyle", "secretKey",
		"sharedConfigFiles", "sharedCredentialsFiles", "skipCredentialsValidation", "skipMetadataApiCheck",
		"skipRegionValidation", "skipRequestingAccountId", "stsRegion", "token", "tokenBucketRateLimiterCapacity",
		"useDualstackEndpoint", "useFipsEndpoint",
		// Pulumi's own.
		"version", "pluginDownloadURL", "pluginChecksums",
	}
	regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
)

// CheckConfig refuses unknown keys, regions that are none, and accounts that the
// configuration excludes.
func (p *Provider) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	in := normalMap(req.News)
	var failures []plugin.CheckFailure
	fail := func(key resource.PropertyKey, format string, args ...any) {
		failures = append(failures, plugin.CheckFailure{Property: key, Reason: fmt.Sprintf(format, args...)})
	}
	known := slices.Concat(honoured, ignored)
	for _, key := range in.StableKeys() {
		if resource.IsInternalPropertyKey(key) || slices.Contains(known, string(key)) {
			continue
		}
		if key == "ignoreTags" {
			fail(key, "the local cloud does not have ignoreTags: nobody else sets tags on its resources")
			continue
		}
		hint := ""
		if near := problem.Nearest(string(key), known); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		fail(key, "the provider aws has no configuration key %q%s", key, hint)
	}
	c, err := readConfig(in)
	if err != nil {
		fail("defaultTags", "%v", err)
	}
	if c.region != "" && !regionPattern.MatchString(c.region) {
		fail("region", "invalid AWS Region: %s", c.region)
	}
	if len(c.allowed) > 0 && !slices.Contains(c.allowed, p.account) {
		fail("allowedAccountIds", "AWS account ID not allowed: %s; allowed are %s. Set AWS_ACCOUNT", p.account, strings.Join(c.allowed, ", "))
	}
	if slices.Contains(c.forbidden, p.account) {
		fail("forbiddenAccountIds", "AWS account ID not allowed: %s is forbidden", p.account)
	}
	return plugin.CheckConfigResponse{Properties: in, Failures: failures}, nil
}

// DiffConfig replaces the provider, and what it made, when the region changes: the
// region is part of every ARN.
func (p *Provider) DiffConfig(_ context.Context, req plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	olds, news := openMap(normalMap(req.OldInputs)), openMap(normalMap(req.NewInputs))
	diff := olds.Diff(news, resource.IsInternalPropertyKey)
	if diff == nil || !diff.AnyChanges() {
		return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
	}
	d := plugin.DiffConfigResponse{Changes: plugin.DiffSome, DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(diff, true)}
	was, err := readConfig(olds)
	if err != nil {
		return plugin.DiffConfigResponse{}, err
	}
	is, err := readConfig(news)
	if err != nil {
		return plugin.DiffConfigResponse{}, err
	}
	if p.orOwn(was.region) != p.orOwn(is.region) {
		d.ReplaceKeys = []resource.PropertyKey{"region"}
		if change, ok := d.DetailedDiff["region"]; ok {
			d.DetailedDiff["region"] = change.ToReplace()
		}
	}
	return d, nil
}

func (p *Provider) orOwn(region string) string {
	if region == "" {
		return p.region
	}
	return region
}

// Configure takes the region and the default tags.
func (p *Provider) Configure(_ context.Context, req plugin.ConfigureRequest) (plugin.ConfigureResponse, error) {
	c, err := readConfig(openMap(normalMap(req.Inputs)))
	if err != nil {
		return plugin.ConfigureResponse{}, err
	}
	p.region = p.orOwn(c.region)
	p.defaultTags = c.tags
	return plugin.ConfigureResponse{}, nil
}

// config is the part of the configuration that is honoured.
type config struct {
	region             string
	allowed, forbidden []string
	tags               map[string]string
}

// readConfig reads inputs as Pulumi passes them: what is not a string is JSON in a
// string, unless the provider was called directly.
func readConfig(in resource.PropertyMap) (config, error) {
	var c config
	if v := open(in["region"]); v.IsString() {
		c.region = v.StringValue()
	}
	for key, into := range map[resource.PropertyKey]any{
		"allowedAccountIds": &c.allowed, "forbiddenAccountIds": &c.forbidden,
	} {
		if err := decodeConfig(in[key], into); err != nil {
			return c, fmt.Errorf("%s: %w", key, err)
		}
	}
	var defaults struct {
		Tags map[string]string `json:"tags"`
	}
	if err := decodeConfig(in["defaultTags"], &defaults); err != nil {
		return c, fmt.Errorf("defaultTags: %w", err)
	}
	c.tags = defaults.Tags
	return c, nil
}

func decodeConfig(v resource.PropertyValue, into any) error {
	v = open(v)
	if v.IsNull() || v.ContainsUnknowns() {
		return nil
	}
	text := []byte(nil)
	if v.IsString() {
		text = []byte(v.StringValue())
	} else {
		var err error
		if text, err = json.Marshal(plain(v)); err != nil {
			return err
		}
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	return nil
}
