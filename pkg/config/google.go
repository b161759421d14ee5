package config

// GoogleUniversal is what a project has once on Google Cloud: the block gcp of
// universal/Pulumi.universal.yaml.
type GoogleUniversal struct {
	// ProjectID is the Google project, such as "exampledorc-data". Required.
	ProjectID string `yaml:"project_id"`
	// Region is the Google region, such as "europe-west2". Required.
	Region string `yaml:"region"`
	// CreateProject makes the Google project. Default: nil, it exists.
	CreateProject *CreateProject `yaml:"create_project"`
	// RepositoryName is the Artifact Registry repository of the images. Default:
	// the project's name (naming.Names.GoogleRepository).
	RepositoryName string `yaml:"repository_name"`
	// BucketName is the artifacts bucket. Default: <project_id>-artifacts.
	BucketName string `yaml:"bucket_name"`
	// ServiceProject is the name under which the project's DAGs stand in a Cloud
	// Composer environment. Default: the project's name (naming.Names.ServiceProject).
	ServiceProject string `yaml:"service_project"`
	// APIs are enabled besides those that dorc needs itself, such as
	// "bigquery.googleapis.com". Default: none.
	APIs []string `yaml:"apis"`
	// PythonVersion is the minor version of Python in both images. Default: "3.12".
	PythonVersion string `yaml:"python_version"`
	// LauncherImage is what launches a pipeline, and the base of its image.
	// Default: Google's launcher for PythonVersion.
	LauncherImage string `yaml:"launcher_image"`
	// SDKImage is Beam's image, from which workers are made. Default: that of
	// PythonVersion and the Beam version whose transforms dorc knows.
	SDKImage string `yaml:"sdk_image"`
	// DbtBaseImage is what the images of dbt projects are built on. It has the Python
	// that their lock files are for. Default: DefaultDbtBase.
	DbtBaseImage string `yaml:"dbt_base_image"`
	// AirflowBaseImage is what the image is built on in which the local target runs
	// Airflow in containers. It has the Python of the Composer image. Default:
	// DefaultAirflowBase.
	AirflowBaseImage string `yaml:"airflow_base_image"`
}

// CreateProject makes a Google project. It belongs to a folder, to an
// organization, or to neither.
type CreateProject struct {
	// Name is what people see. Default: the project's id.
	Name string `yaml:"name"`
	// BillingAccountID pays, such as "012345-6789AB-CDEF01". Required.
	BillingAccountID string `yaml:"billing_account_id"`
	// FolderID is the number of a folder, OrganizationID that of an organization.
	FolderID       string `yaml:"folder_id"`
	OrganizationID string `yaml:"organization_id"`
}

// GoogleEnvironment is what one environment has on Google Cloud: the block gcp of
// infra/Pulumi.<env>.yaml.
type GoogleEnvironment struct {
	// ProjectID is the environment's Google project. Default: the project's.
	ProjectID string `yaml:"project_id"`
	// Region is the environment's region. Default: the project's.
	Region string `yaml:"region"`
	// BucketName is the environment's own bucket. Default: <project_id>-<env>-dataflow.
	BucketName string `yaml:"bucket_name"`
	// TempRetentionDays is how long objects below temp/ are kept. 0 keeps them, and
	// those below staging/, for ever. Default: nil, DefaultTempRetentionDays.
	TempRetentionDays *int `yaml:"temp_retention_days"`
	// ForceDestroy lets destroy delete the environment's bucket with what is in it.
	ForceDestroy bool `yaml:"force_destroy"`
	// DataflowWorker, Workflows and Scheduler are the accounts as which workers,
	// workflows and schedules act.
	DataflowWorker, Workflows, Scheduler ServiceAccount
	// Network is where workers run. Default: a network of dorc's own.
	Network GoogleNetwork `yaml:"network"`
	// DataBuckets are buckets on Google Cloud. Default: none.
	DataBuckets []DataBucket `yaml:"data_buckets"`
	// ConnectionProfiles are the databases that pipelines name. Default: none.
	ConnectionProfiles map[string]ConnectionProfile `yaml:"connection_profiles"`
	// Composer is the environment's Cloud Composer, where its DAGs run. Default: nil,
	// it has none.
	Composer *Composer `yaml:"composer"`
}

// ServiceAccount is an account of Google Cloud that is no person.
type ServiceAccount struct {
	// ID is what stands before the @ of an account that dorc makes. Default:
	// naming.Names.ServiceAccount.
	ID string
	// Email is the address of an account that someone else manages. Google.Email
	// fills it in for the others too.
	Email string
	// External says that someone else manages it: dorc neither makes it nor grants
	// it roles of the Google project.
	External bool
}

// GoogleNetwork is either an existing network and subnetwork, or the addresses of
// one that dorc makes.
type GoogleNetwork struct {
	// Name and Subnetwork are an existing network and a subnetwork of it.
	Name       string `yaml:"name"`
	Subnetwork string `yaml:"subnetwork"`
	// ProjectID is the host project of a shared VPC. Default: the environment's.
	ProjectID string `yaml:"project_id"`
	// CIDR has the addresses of the subnetwork that dorc makes. Default: DefaultCIDR.
	CIDR string `yaml:"cidr"`
}

// Existing says that dorc makes no network.
func (n GoogleNetwork) Existing() bool { return n.Name != "" }

// ConnectionProfile is how to reach a database. Its password is the value of a
// secret, never here.
type ConnectionProfile struct {
	// Host is a name or an address, such as "10.0.0.5".
	Host string `yaml:"host"`
	// Port is 1 to 65535.
	Port int `yaml:"port"`
	// Database and User are the database's own names.
	Database string `yaml:"database"`
	User     string `yaml:"user"`
}

// Defaults of the gcp blocks.
const (
	DefaultGooglePython      = "3.12"
	DefaultTempRetentionDays = 7
	// StagingRetentionDays is how long objects below staging/ are kept, unless those
	// below temp/ are kept longer: a job's workers read them for as long as it runs.
	StagingRetentionDays = 30
	DefaultCIDR          = "10.128.0.0/20"
	// DefaultDbtBase is Docker's image of the Python that Cloud Composer has too.
	// Source: https://hub.docker.com/_/python
	DefaultDbtBase = "python:3.11-slim"
	// DefaultAirflowBase is the same.
	DefaultAirflowBase = DefaultDbtBase
)
