package googlerules

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/rules"
)

const (
	privateSource    = "https://cloud.google.com/composer/docs/composer-2/configure-private-ip"
	private3Source   = "https://cloud.google.com/composer/docs/composer-3/change-networking-type"
	webAccessSource  = "https://cloud.google.com/composer/docs/composer-3/configure-web-server-access"
	retentionOfTasks = "https://cloud.google.com/composer/docs/composer-2/configure-log-retention"
)

var (
	attachment = regexp.MustCompile(`^projects/[^/]+/regions/[^/]+/networkAttachments/[^/]+$`)
)

var _ = register("gcp:composer/environment:Environment", table{
	values: []row{
		{"name", text(composer.NameReason), composer.EnvironmentSource},
		{"region", isRegion, regionSource},
		{"storageConfig.bucket", text(func(v string) string { return whyNoBucket(strings.TrimPrefix(v, "gs://")) }), bucketSource},
		{"config.environmentSize", oneOf(composer.Sizes...), composer.EnvironmentSource},
		{"config.resilienceMode", oneOf(composer.StandardResilience, composer.HighResilience), composer.ResilienceSource},
		{"config.nodeCount", atLeast(3), composer.EnvironmentSource},
		{"config.softwareConfig.imageVersion", text(composer.ImageReason), composer.VersionsSource},
		{"config.softwareConfig.envVariables{key}", text(composer.RefuseVariable), composer.VariablesSource},
		{"config.softwareConfig.webServerPluginsMode", oneOf("ENABLED", "DISABLED"), composer.EnvironmentSource},
		{"config.nodeConfig.serviceAccount", isAccount, accountSource},
		{"config.nodeConfig.maxPodsPerNode", between(8, 110), composer.EnvironmentSource},
		{"config.nodeConfig.tags[]", pattern(networkTag, "a network tag has 1 to 63 lower-case letters, digits and hyphens, and begins with a letter"), composer.EnvironmentSource},
		{"config.nodeConfig.composerNetworkAttachment", pattern(attachment, "a network attachment is projects/<project>/regions/<region>/networkAttachments/<name>"), private3Source},
		{"config.nodeConfig.composerInternalIpv4CidrBlock", optional(block(20, 20)), private3Source},
		{"config.privateEnvironmentConfig.connectionType", oneOf("VPC_PEERING", "PRIVATE_SERVICE_CONNECT"), privateSource},
		{"config.privateEnvironmentConfig.masterIpv4CidrBlock", optional(block(0, 28)), privateSource},
		{"config.privateEnvironmentConfig.cloudSqlIpv4CidrBlock", optional(block(0, 29)), privateSource},
		{"config.privateEnvironmentConfig.cloudComposerNetworkIpv4CidrBlock", optional(block(0, 29)), privateSource},
		{"config.privateEnvironmentConfig.webServerIpv4CidrBlock", optional(block(0, 29)), privateSource},
		{"config.masterAuthorizedNetworksConfig.cidrBlocks[].cidrBlock", block(0, 32), composer.EnvironmentSource},
		{"config.webServerNetworkAccessControl.allowedIpRanges[].value", text(addressReason), webAccessSource},
		{"config.recoveryConfig.scheduledSnapshotsConfig.snapshotCreationSchedule", schedule, composer.SnapshotsSource},
		{"config.recoveryConfig.scheduledSnapshotsConfig.snapshotLocation", text(composer.FolderReason), composer.SnapshotsSource},
		{"config.recoveryConfig.scheduledSnapshotsConfig.timeZone", text(composer.OffsetReason), composer.SnapshotsSource},
		{"config.dataRetentionConfig.taskLogsRetentionConfigs[].storageMode", oneOf("CLOUD_LOGGING_AND_CLOUD_STORAGE", "CLOUD_LOGGING_ONLY"), retentionOfTasks},
	},
	whole: wholeEnvironment,
})

// wholeEnvironment tests what depends on the generation, and what has several parts.
func wholeEnvironment(in inputs) (found []Failure) {
	generation := 0
	if image, ok := composer.ParseImage(in.Str("config", "softwareConfig", "imageVersion")); ok {
		generation = image.Generation
	}
	found = slices.Concat(fieldsOf(in, generation), workloadsOf(in, generation), softwareOf(in, generation), windowOf(in))
	if reason := keyReason(in); reason != "" {
		found = append(found, Failure{Property: "config.encryptionConfig.kmsKeyName", Reason: reason, Source: composer.KeySource})
	}
	return found
}

func keyReason(in inputs) string {
	key := in.Str("config", "encryptionConfig", "kmsKeyName")
	if key == "" {
		return ""
	}
	return composer.KeyReason(key, in.Str("region"))
}

// block wants a range of IPv4 addresses whose mask has so many bits.
func block(least, most int) test {
	return text(func(v string) string {
		p, err := netip.ParsePrefix(v)
		switch {
		case err != nil || !p.Addr().Is4():
			return "it is a range of IPv4 addresses, such as 10.0.0.0/20"
		case p.Masked() != p:
			return fmt.Sprintf("the range begins elsewhere; did you mean %s?", p.Masked())
		case p.Bits() < least || p.Bits() > most:
			if least == most {
				return fmt.Sprintf("the range has the size /%d", most)
			}
			return fmt.Sprintf("the range has the size /%d or is larger", most)
		}
		return ""
	})
}

// addressReason wants an address or a range of any kind.
func addressReason(v string) string {
	if _, err := netip.ParseAddr(v); err == nil {
		return ""
	}
	p, err := netip.ParsePrefix(v)
	switch {
	case err != nil:
		return "it is an IP address or a range, such as 192.168.1.0/24"
	case p.Masked() != p:
		return fmt.Sprintf("the range begins elsewhere; did you mean %s?", p.Masked())
	}
	return ""
}

// windowOf tests the maintenance window.
func windowOf(in inputs) []Failure {
	at := func(name string) string { return in.Str("config", "maintenanceWindow", name) }
	field, reason := composer.WindowReason(at("startTime"), at("endTime"), at("recurrence"))
	if reason == "" {
		return nil
	}
	name := map[string]string{"start": "startTime", "end": "endTime", "recurrence": "recurrence"}[field]
	return []Failure{{Property: "config.maintenanceWindow." + name, Reason: reason, Source: composer.MaintenanceSource}}
}

// softwareOf tests packages and overrides, whose names and values belong together.
func softwareOf(in inputs, generation int) (found []Failure) {
	each := func(property, source, hidden string, why func(key, value string) string) {
		v, given, known := in.Get("config", "softwareConfig", property)
		if !given || !known || !v.IsObject() {
			return
		}
		for _, key := range v.ObjectValue().StableKeys() {
			value, secret, known := rules.Reveal(v.ObjectValue()[key])
			if !known || !value.IsString() {
				value = resource.NewStringProperty("")
			}
			reason := why(string(key), value.StringValue())
			if reason != "" && secret {
				reason = hidden
			}
			if reason != "" {
				found = append(found, Failure{Property: "config.softwareConfig." + property + "." + string(key), Reason: reason, Source: source})
			}
		}
	}
	each("pypiPackages", composer.PackagesSource, "its name or its versions, which are secret, have not the form of a package's", composer.PackageReason)
	each("airflowConfigOverrides", composer.OptionsSource, "the option, or its value, which is secret, cannot be overridden", func(option, value string) string {
		return cmp.Or(composer.RefuseOption(generation, option), composer.RefuseOptionValue(generation, option, value))
	})
	return found
}
