package gcp

import (
	"strings"

	sdk "github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/composer"

	"github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	environmentType = "gcp:composer/environment:Environment"
	environmentPath = "projects/{project}/locations/{region}/environments/{name}"
)

// composerKinds are the environments of Cloud Composer. One is there at once, with its
// bucket; Airflow does not run in it.
var composerKinds = []*kind{
	behind(composerAPI, &kind{
		Token: environmentType, Facts: "google_composer_environment",
		Args: provider.ArgsOf[sdk.EnvironmentArgs](), State: provider.TypeOf[sdk.Environment](),
		Rename: effective, Service: "Cloud Composer", Noun: "Environment",
		Operations: operations{Create: "environments.create", Update: "environments.patch", Delete: "environments.delete"},
		ID:         path(environmentPath),
		Canonical:  canonical(environmentPath),
		Same:       sameInEnvironment,
		ReplaceIf:  replacesEnvironment,
		Outputs: []output{
			projectOutput, regionOutput,
			{Name: "config", Over: true, Value: environmentConfig},
			{Name: "storageConfig", Value: func(c *call) any { return object{"bucket": bucketValue(c)} }},
		},
		Verify: verifyEnvironment,
		Apply:  makeEnvironmentBucket,
		Remove: leaveEnvironmentBucket,
		Exists: func(c *call) *refusal { return alreadyExists("Environment with name %s already exists.", c.ID) },
		Missing: func(c *call) *refusal {
			return notFound("Resource '%s' was not found", c.ID)
		},
	}),
}

// sameInEnvironment reports whether two texts of an environment mean the same, as the
// provider does.
func sameInEnvironment(property, old, now string) bool {
	if old == now {
		return true
	}
	switch property {
	case "config.nodeConfig.network", "config.nodeConfig.subnetwork":
		return last(old) == last(now) && (!strings.Contains(old, "/") || !strings.Contains(now, "/") || relative(old) == relative(now))
	case "config.nodeConfig.serviceAccount", "config.nodeConfig.zone", "config.nodeConfig.machineType":
		return last(old) == last(now)
	case "storageConfig.bucket":
		return strings.TrimPrefix(old, "gs://") == strings.TrimPrefix(now, "gs://")
	case "config.softwareConfig.imageVersion":
		a, ok := composer.ParseImage(old)
		b, also := composer.ParseImage(now)
		return ok && also && (b.Covers(a) || a.Covers(b))
	}
	return false
}

// relative is the part of an address behind the API's version.
func relative(address string) string {
	if i := strings.Index(address, "projects/"); i > 0 {
		return address[i:]
	}
	return address
}

// replacesEnvironment reports whether a change of the network replaces an
// environment: those of generation 3 move to another.
func replacesEnvironment(c *call, property, _, _ string) bool {
	return (property == "config.nodeConfig.network" || property == "config.nodeConfig.subnetwork") && generationOf(c) != 3
}

// generationOf is the generation of Composer that the image is of.
func generationOf(c *call) int {
	if image, ok := composer.ParseImage(imageOf(c)); ok {
		return image.Generation
	}
	return 0
}

// verifyEnvironment fails when what the environment names does not exist, and when
// its image would become an older one.
func verifyEnvironment(c *call) error {
	problem := func(err error) error {
		if r, ok := err.(*refusal); ok { //nolint:errorlint // it is made here
			return badRequest("Found 1 problem:\n\t1) %s", r.Message)
		}
		return err
	}
	node := []any{"config", "nodeConfig"}
	if err := verifyReference(c, networkType, c.Str(append(node, "network")...), networkPath); err != nil {
		return problem(err)
	}
	if err := verifyReference(c, subnetworkType, c.Str(append(node, "subnetwork")...), subnetworkPath); err != nil {
		return problem(err)
	}
	account := c.Str(append(node, "serviceAccount")...)
	switch ok, err := accountExists(c, project(c), account); {
	case err != nil:
		return err
	case !ok:
		return problem(badRequest("Service account %s does not exist.", last(account)))
	}
	if given := c.Str("storageConfig", "bucket"); given != "" {
		if err := exists(c, bucketType, strings.TrimPrefix(given, "gs://"), noBucket); err != nil {
			return problem(err)
		}
	}
	if reason := composer.UpgradeReason(text(in(c.Old, "config", "softwareConfig", "imageVersion")), c.Str("config", "softwareConfig", "imageVersion")); reason != "" {
		return problem(badRequest("%s (%s)", reason, composer.UpgradeSource))
	}
	return nil
}

// usesInEnvironment makes the test whether an environment uses what has an ID.
func usesInEnvironment(id, property string) func(*cloud.Document) bool {
	return func(d *cloud.Document) bool { return mentions(in(d.Outputs, "config", "nodeConfig", property), id) }
}

// in is the value at a path of a document, or nil.
func in(m map[string]any, path ...string) any {
	var v any = m
	for _, name := range path {
		inner, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = inner[name]
	}
	return v
}

// refuseInEnvironment fails as Compute Engine does when an environment's machines use
// this resource.
func refuseInEnvironment(c *call, property string) error {
	user, err := usedBy(c, environmentType, usesInEnvironment(c.ID, property))
	if err == nil && user != "" {
		return provider.Refuse("resourceInUseByAnotherResource", "The %s resource '%s' is already being used by '%s'", property, c.ID, user)
	}
	return err
}
