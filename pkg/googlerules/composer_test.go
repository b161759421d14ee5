package googlerules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const environmentType = "gcp:composer/environment:Environment"

// ofImage is the configuration of an environment with an image, and more.
func ofImage(image string, more object) object {
	software := object{"imageVersion": image}
	if own, ok := more["softwareConfig"].(object); ok {
		software = with(own, software)
	}
	return object{"name": "prod", "region": "europe-west2", "config": with(more, object{"softwareConfig": software})}
}

const (
	image2 = "composer-2.9.6-airflow-2.9.3"
	image3 = "composer-3-airflow-2.10.5-build.15"
)

func TestEnvironmentRefused(t *testing.T) {
	snapshots := func(more object) object {
		return ofImage(image3, object{"recoveryConfig": object{"scheduledSnapshotsConfig": more}})
	}
	for name, tt := range map[string]struct {
		in             object
		property, want string
	}{
		"name":                   {object{"name": "Prod"}, "name", "lower-case"},
		"region":                 {object{"region": "europe-west22"}, "region", "did you mean"},
		"image":                  {ofImage("composer-x", nil), "config.softwareConfig.imageVersion", "composer-3-airflow-2.10.5"},
		"size":                   {ofImage(image3, object{"environmentSize": "SMALL"}), "config.environmentSize", "to be one of"},
		"reserved variable":      {ofImage(image3, object{"softwareConfig": object{"envVariables": object{"PORT": "x"}}}), "config.softwareConfig.envVariables.PORT", "Cloud Composer sets it itself"},
		"package":                {ofImage(image3, object{"softwareConfig": object{"pypiPackages": object{"numpy": "1.2"}}}), "config.softwareConfig.pypiPackages.numpy", "no version of numpy"},
		"override":               {ofImage(image3, object{"softwareConfig": object{"airflowConfigOverrides": object{"core.x": "1"}}}), "config.softwareConfig.airflowConfigOverrides.core.x", "a section and an option with - between them"},
		"override of 3":          {ofImage(image3, object{"softwareConfig": object{"airflowConfigOverrides": object{"celery-worker_concurrency": "25"}}}), "config.softwareConfig.airflowConfigOverrides.celery-worker_concurrency", "at most 24"},
		"nodes of 1":             {ofImage(image2, object{"nodeCount": 3.0}), "config.nodeCount", "only environments of Cloud Composer 1 have it, and the image is of Cloud Composer 2"},
		"machines of 1":          {ofImage(image3, object{"nodeConfig": object{"machineType": "n1-standard-1"}}), "config.nodeConfig.machineType", "Cloud Composer 1"},
		"size of 1":              {ofImage("composer-1.20.12-airflow-2.4.3", object{"environmentSize": "ENVIRONMENT_SIZE_SMALL"}), "config.environmentSize", "Cloud Composer 2 and 3"},
		"private of 2":           {ofImage(image3, object{"privateEnvironmentConfig": object{"enablePrivateEndpoint": true}}), "config.privateEnvironmentConfig", "Cloud Composer 1 and 2"},
		"private of 3":           {ofImage(image2, object{"enablePrivateEnvironment": true}), "config.enablePrivateEnvironment", "Cloud Composer 3"},
		"processor of 3":         {ofImage(image2, object{"workloadsConfig": object{"dagProcessor": object{"cpu": 1.0}}}), "config.workloadsConfig.dagProcessor", "Cloud Composer 3"},
		"workload":               {ofImage(image3, object{"workloadsConfig": object{"webServer": object{"cpu": 1.0, "memoryGb": 9.0}}}), "config.workloadsConfig.webServer.memoryGb", "9 GB for 1"},
		"workers":                {ofImage(image2, object{"workloadsConfig": object{"worker": object{"minCount": 101.0}}}), "config.workloadsConfig.worker.minCount", "from 1 to 100"},
		"resilience":             {ofImage(image3, object{"resilienceMode": "HIGH_RESILIENCE", "workloadsConfig": object{"scheduler": object{"count": 1.0}}}), "config.workloadsConfig.scheduler.count", "exactly 2"},
		"maintenance":            {ofImage(image3, object{"maintenanceWindow": object{"startTime": "2026-01-01T00:00:00Z", "endTime": "2026-01-01T05:00:00Z", "recurrence": "FREQ=WEEKLY;BYDAY=SU"}}), "config.maintenanceWindow.recurrence", "at least 12h long together"},
		"internal range":         {ofImage(image3, object{"nodeConfig": object{"composerInternalIpv4CidrBlock": "100.64.0.0/24"}}), "config.nodeConfig.composerInternalIpv4CidrBlock", "size /20"},
		"range of the master":    {ofImage(image2, object{"privateEnvironmentConfig": object{"masterIpv4CidrBlock": "172.16.0.0/29"}}), "config.privateEnvironmentConfig.masterIpv4CidrBlock", "/28 or is larger"},
		"attachment":             {ofImage(image3, object{"nodeConfig": object{"composerNetworkAttachment": "a"}}), "config.nodeConfig.composerNetworkAttachment", "networkAttachments"},
		"web access":             {ofImage(image3, object{"webServerNetworkAccessControl": object{"allowedIpRanges": []any{object{"value": "1.2.3.4/24"}}}}), "config.webServerNetworkAccessControl.allowedIpRanges[0].value", "did you mean 1.2.3.0/24?"},
		"key":                    {ofImage(image3, object{"encryptionConfig": object{"kmsKeyName": "projects/p/locations/us/keyRings/r/cryptoKeys/k"}}), "config.encryptionConfig.kmsKeyName", "region europe-west2"},
		"time zone of snapshots": {snapshots(object{"timeZone": "Europe/London"}), "config.recoveryConfig.scheduledSnapshotsConfig.timeZone", "an offset"},
		"snapshot schedule":      {snapshots(object{"snapshotCreationSchedule": "* * *"}), "config.recoveryConfig.scheduledSnapshotsConfig.snapshotCreationSchedule", "Schedule"},
		"snapshot folder":        {snapshots(object{"snapshotLocation": "snapshots"}), "config.recoveryConfig.scheduledSnapshotsConfig.snapshotLocation", "gs://"},
		"bucket":                 {object{"storageConfig": object{"bucket": "B"}}, "storageConfig.bucket", "lowercase"},
	} {
		found := check(environmentType, tt.in)
		if assert.Len(t, found, 1, name) {
			assert.Equal(t, tt.property, found[0].Property, name)
			assert.Contains(t, found[0].Reason, tt.want, name)
			assert.Contains(t, found[0].Source, "https://cloud.google.com/", name)
		}
	}
}

func TestEnvironmentAccepted(t *testing.T) {
	for i, in := range []object{
		{},
		ofImage(image2, object{
			"environmentSize": "ENVIRONMENT_SIZE_MEDIUM", "enablePrivateEnvironment": false,
			"nodeConfig":               object{"network": "n", "subnetwork": "s", "ipAllocationPolicy": object{"clusterSecondaryRangeName": "pods"}},
			"privateEnvironmentConfig": object{"connectionType": "PRIVATE_SERVICE_CONNECT", "masterIpv4CidrBlock": "172.16.0.0/28", "cloudSqlIpv4CidrBlock": "10.0.0.0/24"},
		}),
		ofImage(image3, object{
			"resilienceMode": "HIGH_RESILIENCE", "enablePrivateEnvironment": true, "enablePrivateBuildsOnly": true,
			"nodeConfig": object{"composerNetworkAttachment": "projects/p/regions/europe-west2/networkAttachments/a", "serviceAccount": "a@p.iam.gserviceaccount.com"},
			"workloadsConfig": object{
				"scheduler": object{"count": 2.0, "cpu": 1.0, "memoryGb": 4.0, "storageGb": 1.0}, "dagProcessor": object{"count": 2.0},
				"triggerer": object{"count": 2.0, "cpu": 0.5, "memoryGb": 1.0}, "worker": object{"minCount": 2.0, "maxCount": 6.0},
			},
			"maintenanceWindow": object{"startTime": "2026-01-01T01:00:00Z", "endTime": "2026-01-01T07:00:00Z", "recurrence": "FREQ=WEEKLY;BYDAY=TU,WE"},
			"recoveryConfig": object{"scheduledSnapshotsConfig": object{
				"enabled": true, "snapshotLocation": "gs://snapshots/prod", "snapshotCreationSchedule": "0 4 * * *", "timeZone": "UTC+01",
			}},
			"encryptionConfig": object{"kmsKeyName": "projects/p/locations/europe-west2/keyRings/r/cryptoKeys/k"},
		}),
	} {
		assert.Empty(t, check(environmentType, in), "%d", i)
	}
}

// What is not known yet passes; secrets are not shown.
func TestEnvironmentSecrets(t *testing.T) {
	in := func(name string, v resource.PropertyValue) resource.PropertyMap {
		return resource.PropertyMap{"config": resource.NewObjectProperty(resource.PropertyMap{"softwareConfig": resource.NewObjectProperty(resource.PropertyMap{
			"imageVersion": resource.NewStringProperty(image3), resource.PropertyKey(name): v,
		})})}
	}
	one := func(key string, v resource.PropertyValue) resource.PropertyValue {
		return resource.NewObjectProperty(resource.PropertyMap{resource.PropertyKey(key): v})
	}
	found := Check(environmentType, in("pypiPackages", one("private", resource.MakeSecret(resource.NewStringProperty("@ https://hunter2@example.com")))))
	require.Len(t, found, 1)
	assert.NotContains(t, found[0].String(), "hunter2")
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	assert.Empty(t, Check(environmentType, in("pypiPackages", one("a", unknown))))
	assert.Empty(t, Check(environmentType, in("airflowConfigOverrides", unknown)))
	assert.Empty(t, Check(environmentType, resource.PropertyMap{"config": unknown}))
}
