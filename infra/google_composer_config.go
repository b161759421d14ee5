package infra

import (
	"strings"
	"time"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/composer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	sizes "github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/config"
)

// composerArgs describe the Cloud Composer environment.
func (s *googleScope) composerArgs(account *GoogleAccount, network *GoogleNetwork) *composer.EnvironmentArgs {
	c := s.Composer
	of := &composer.EnvironmentConfigArgs{
		EnvironmentSize:               pulumi.String("ENVIRONMENT_SIZE_" + strings.ToUpper(c.Size)),
		ResilienceMode:                pulumi.String(strings.ToUpper(c.Resilience) + "_RESILIENCE"),
		NodeConfig:                    s.composerNodes(account, network),
		SoftwareConfig:                s.composerSoftware(),
		WebServerNetworkAccessControl: composerAccess(c.WebServerAllowed),
	}
	if len(c.Workloads) > 0 {
		of.WorkloadsConfig = composerWorkloads(c.Workloads)
	}
	if m := c.Maintenance; m != nil {
		of.MaintenanceWindow = &composer.EnvironmentConfigMaintenanceWindowArgs{
			StartTime: pulumi.String(m.Start.UTC().Format(time.RFC3339)), EndTime: pulumi.String(m.End.UTC().Format(time.RFC3339)),
			Recurrence: pulumi.String(m.Recurrence),
		}
	}
	if c.KMSKey != "" {
		of.EncryptionConfig = &composer.EnvironmentConfigEncryptionConfigArgs{KmsKeyName: pulumi.String(c.KMSKey)}
	}
	s.composerPrivacy(of, network)
	args := &composer.EnvironmentArgs{
		Name: pulumi.String(c.Name), Project: pulumi.String(s.ProjectID), Region: pulumi.String(s.Region), Config: of,
	}
	if len(c.Labels) > 0 {
		args.Labels = pulumi.ToStringMap(c.Labels)
	}
	return args
}

// composerSoftware is what runs in the environment.
func (s *googleScope) composerSoftware() *composer.EnvironmentConfigSoftwareConfigArgs {
	c := s.Composer
	software := &composer.EnvironmentConfigSoftwareConfigArgs{
		ImageVersion: pulumi.String(c.ImageVersion), EnvVariables: pulumi.ToStringMap(s.ComposerVariables()),
	}
	if len(c.PyPIPackages) > 0 {
		software.PypiPackages = pulumi.ToStringMap(c.PyPIPackages)
	}
	if len(c.AirflowOverrides) > 0 {
		software.AirflowConfigOverrides = pulumi.ToStringMap(c.AirflowOverrides)
	}
	return software
}

// composerAccess is from where Airflow's pages open; nil is from everywhere.
func composerAccess(allowed []string) composer.EnvironmentConfigWebServerNetworkAccessControlPtrInput {
	if len(allowed) == 0 {
		return nil
	}
	var ranges composer.EnvironmentConfigWebServerNetworkAccessControlAllowedIpRangeArray
	for _, value := range allowed {
		ranges = append(ranges, &composer.EnvironmentConfigWebServerNetworkAccessControlAllowedIpRangeArgs{Value: pulumi.String(value)})
	}
	return &composer.EnvironmentConfigWebServerNetworkAccessControlArgs{AllowedIpRanges: ranges}
}

// composerWorkloads are the sizes of the components. What is not given stays
// Google's.
func composerWorkloads(all map[string]config.Workload) *composer.EnvironmentConfigWorkloadsConfigArgs {
	args := &composer.EnvironmentConfigWorkloadsConfigArgs{}
	if w, ok := all[sizes.Scheduler]; ok {
		args.Scheduler = &composer.EnvironmentConfigWorkloadsConfigSchedulerArgs{
			Cpu: size(w.CPU), MemoryGb: size(w.MemoryGB), StorageGb: pulumi.Float64PtrFromPtr(w.StorageGB), Count: pulumi.IntPtrFromPtr(w.Count),
		}
	}
	if w, ok := all[sizes.WebServer]; ok {
		args.WebServer = &composer.EnvironmentConfigWorkloadsConfigWebServerArgs{
			Cpu: size(w.CPU), MemoryGb: size(w.MemoryGB), StorageGb: pulumi.Float64PtrFromPtr(w.StorageGB),
		}
	}
	if w, ok := all[sizes.Worker]; ok {
		args.Worker = &composer.EnvironmentConfigWorkloadsConfigWorkerArgs{
			Cpu: size(w.CPU), MemoryGb: size(w.MemoryGB), StorageGb: pulumi.Float64PtrFromPtr(w.StorageGB),
			MinCount: pulumi.IntPtrFromPtr(w.MinCount), MaxCount: pulumi.IntPtrFromPtr(w.MaxCount),
		}
	}
	if w, ok := all[sizes.Triggerer]; ok && w.Count != nil {
		args.Triggerer = &composer.EnvironmentConfigWorkloadsConfigTriggererArgs{
			Count: pulumi.Int(*w.Count), Cpu: pulumi.Float64(w.CPU), MemoryGb: pulumi.Float64(w.MemoryGB),
		}
	}
	if w, ok := all[sizes.DAGProcessor]; ok {
		args.DagProcessor = &composer.EnvironmentConfigWorkloadsConfigDagProcessorArgs{
			Cpu: size(w.CPU), MemoryGb: size(w.MemoryGB), StorageGb: pulumi.Float64PtrFromPtr(w.StorageGB), Count: pulumi.IntPtrFromPtr(w.Count),
		}
	}
	return args
}

// size is a number of which 0 is Google's default.
func size(v float64) pulumi.Float64PtrInput {
	if v == 0 {
		return nil
	}
	return pulumi.Float64(v)
}
