package composer

import (
	"regexp"
	"slices"
)

// VariablesSource states which environment variables there may be.
const VariablesSource = "https://cloud.google.com/composer/docs/composer-3/set-environment-variables"

var (
	variableForm = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	airflowForm  = regexp.MustCompile(`AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+`)
)

// reserved are the variables that Composer sets itself, from VariablesSource.
var reserved = []string{
	"AIRFLOW_DATABASE_VERSION", "AIRFLOW_HOME", "AIRFLOW_SRC_DIR", "AIRFLOW_WEBSERVER", "AUTO_GKE", "CLOUDSDK_METRICS_ENVIRONMENT",
	"CLOUD_LOGGING_ONLY", "COMPOSER_AGENT_BUILD_SERVICE_ACCOUNT", "COMPOSER_ENVIRONMENT", "COMPOSER_ENVIRONMENT_SIZE", "COMPOSER_GKE_LOCATION",
	"COMPOSER_GKE_NAME", "COMPOSER_GKE_ZONE", "COMPOSER_LOCATION", "COMPOSER_OPERATION_UUID", "COMPOSER_PYTHON_VERSION", "COMPOSER_VERSION",
	"CONTAINER_NAME", "C_FORCE_ROOT", "DAGS_FOLDER", "GCE_METADATA_TIMEOUT", "GCP_PROJECT", "GCP_TENANT_PROJECT", "GCSFUSE_EXTRACTED",
	"GCS_BUCKET", "GKE_CLUSTER_NAME", "GKE_IN_TENANT", "GOOGLE_APPLICATION_CREDENTIALS", "MAJOR_VERSION", "MINOR_VERSION", "PATH",
	"PIP_DISABLE_PIP_VERSION_CHECK", "PORT", "PROJECT_ID", "PYTHONPYCACHEPREFIX", "PYTHONWARNINGS", "REDIS_PASSWORD", "REDIS_PORT",
	"REDIS_USER", "SQL_DATABASE", "SQL_HOST", "SQL_INSTANCE", "SQL_PASSWORD", "SQL_PROJECT", "SQL_REGION", "SQL_USER",
}

// VariableReason says why an environment variable cannot have a name.
func VariableReason(name string) string {
	switch {
	case !variableForm.MatchString(name):
		return "an environment variable's name has letters, digits and _, and does not begin with a digit"
	case slices.Contains(reserved, name):
		return "Composer sets this variable itself, and its name is a reserved name"
	case airflowForm.MatchString(name):
		return "it is an option of Airflow, which is set as an override, such as core-dags_are_paused_at_creation"
	}
	return ""
}
