package config

import (
	"time"

	"github.com/dorc-dev/dorc/pkg/airflow"
)

// Composer is an environment's Cloud Composer: the block composer of its block
// gcp. Either dorc makes it, or Existing names one that someone else made.
type Composer struct {
	// Name is the Cloud Composer environment. Default: naming.Names.Composer; of an
	// existing one, Existing.
	Name string `yaml:"name"`
	// Existing is the name of a Cloud Composer environment that someone else made, and
	// Bucket its bucket. AirflowURI is its Airflow's address. Default: "", dorc makes one.
	Existing   string `yaml:"existing"`
	Bucket     string `yaml:"bucket"`
	AirflowURI string `yaml:"airflow_uri"`
	// ImageVersion is Cloud Composer's image, such as
	// "composer-3-airflow-2.10.5-build.15"; it decides the generation. Of an existing
	// environment it is what DAGs are compiled for. Default: airflow.Default().
	ImageVersion string `yaml:"image_version"`
	// Image is what dorc knows of ImageVersion. Universal.GoogleIn fills it in.
	Image airflow.Image
	// Size is "small", "medium" or "large": how much Google gives to its own part of
	// the environment, above all the database. Default: DefaultComposerSize.
	Size string `yaml:"size"`
	// Resilience is "standard" or "high", over several zones. Default: DefaultResilience.
	Resilience string `yaml:"resilience"`
	// Workloads are the sizes of the components, by the names of package composer.
	// Default: Google's.
	Workloads map[string]Workload `yaml:"workloads"`
	// Maintenance is when Google may maintain the environment. Default: nil, when
	// Google likes.
	Maintenance *Maintenance `yaml:"maintenance"`
	// ComposerNetwork is how the environment reaches others and is reached.
	ComposerNetwork `yaml:",inline"`
	// PyPIPackages are installed besides those of the image: a package's name, and
	// extras and versions such as "[aws]>=1.2" or "". Default: none.
	PyPIPackages map[string]string `yaml:"pypi_packages"`
	// AirflowOverrides are options of Airflow, such as
	// "core-dags_are_paused_at_creation": "True". Default: none.
	AirflowOverrides map[string]string `yaml:"airflow_overrides"`
	// EnvironmentVariables are those of the project itself, no secrets.
	// Google.ComposerVariables has dorc's own too. Default: none.
	EnvironmentVariables map[string]string `yaml:"environment_variables"`
	// ServiceAccount is the account of the environment and of its tasks, Dbt that of
	// dbt, which the first may act as.
	ServiceAccount, Dbt ServiceAccount
	// StartWorkflows lets tasks start workflows, and so other pipelines. Default: false.
	StartWorkflows bool `yaml:"start_workflows"`
	// Labels are those of the environment besides the tags. Default: none.
	Labels map[string]string `yaml:"labels"`
	// KMSKey is the full name of the key that encrypts the environment, in its region.
	// Default: "", Google's own key.
	KMSKey string `yaml:"kms_key"`
	// DataLocation is BigQuery's location of the data, such as "EU". Default: the
	// environment's region.
	DataLocation string `yaml:"data_location"`
}

// Workload is the size of one component of a Cloud Composer environment. What is
// nil or 0 is Google's default; package composer has the limits.
type Workload struct {
	// CPU is in cores, MemoryGB and StorageGB are in GB, for each replica.
	CPU, MemoryGB float64
	// StorageGB may be 0 in Composer 3.
	StorageGB *float64
	// Count is how many replicas there are; MinCount and MaxCount are the bounds of
	// the workers, which scale by themselves.
	Count, MinCount, MaxCount *int
}

// Maintenance is a window that comes again every week or day.
type Maintenance struct {
	// Start and End are those of the first window; their difference is its length.
	Start time.Time `yaml:"start"`
	End   time.Time `yaml:"end"`
	// Recurrence is an RRULE: "FREQ=DAILY", or "FREQ=WEEKLY;BYDAY=SA,SU".
	Recurrence string `yaml:"recurrence"`
}

// ComposerNetwork is how a Cloud Composer environment is connected. Its network is
// the environment's, GoogleEnvironment.Network.
type ComposerNetwork struct {
	// Private says that nothing of it has an address on the internet. Default: true.
	Private *bool `yaml:"private"`
	// WebServerAllowed are the addresses from which people reach Airflow's pages.
	// Default: from everywhere, with the rights that IAM asks for.
	WebServerAllowed []string `yaml:"web_server_allowed"`

	// PodsCIDR and ServicesCIDR are the secondary ranges of Composer 2's cluster.
	// Default: in a network of dorc's DefaultPodsCIDR and DefaultServicesCIDR, else
	// Google chooses.
	PodsCIDR     string `yaml:"pods_cidr"`
	ServicesCIDR string `yaml:"services_cidr"`
	// PodsRange and ServicesRange name secondary ranges of an existing subnetwork
	// instead. Composer 2 only. Default: "".
	PodsRange     string `yaml:"pods_range"`
	ServicesRange string `yaml:"services_range"`
	// ControlPlaneCIDR has the addresses of the cluster's control plane, a /28 of a
	// private environment. Composer 2 only. Default: Google chooses.
	ControlPlaneCIDR string `yaml:"control_plane_cidr"`

	// NetworkAttachment is the full name of an existing one that connects the
	// environment, in place of its network. Composer 3 only. Default: "", Google makes
	// one to the network.
	NetworkAttachment string `yaml:"network_attachment"`
	// PrivateBuildsOnly keeps the installation of packages off the internet. Composer 3
	// only. Default: false.
	PrivateBuildsOnly bool `yaml:"enable_private_builds_only"`
	// InternalCIDR has the addresses of Google's own part, a /20. Composer 3 only.
	// Default: Google's.
	InternalCIDR string `yaml:"internal_cidr"`
}

// Defaults of the block composer.
const (
	DefaultComposerSize = "small"
	DefaultResilience   = "standard"
	DefaultPodsCIDR     = "10.132.0.0/17"
	DefaultServicesCIDR = "10.133.0.0/22"
)
