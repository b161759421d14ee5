package composer

import (
	"regexp"
	"slices"
)

// VariablesSource is the page of names of environment variables.
const VariablesSource = "https://cloud.google.com/composer/docs/composer-3/set-environment-variables"

var (
	variableName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	// airflowVariable is how a variable sets an option of Airflow.
	airflowVariable = regexp.MustCompile(`^AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+$`)
)

// reservedVariables are set by Cloud Composer itself.
var reservedVariables = []string{
	"AIRFLOW_DATABASE_VERSION", "AIRFLOW_HOME", "AIRFLOW_SRC_DIR", "AIRFLOW_WEBSERVER", "AUTO_GKE",
	"CLOUDSDK_METRICS_ENVIRONMENT", "CLOUD_LOGGING_ONLY", "COMPOSER_AGENT_BUILD_SERVICE_ACCOUNT", "COMPOSER_ENVIRONMENT",
	"COMPOSER_ENVIRONMENT_SIZE", "COMPOSER_GKE_LOCATION", "COMPOSER_GKE_NAME", "COMPOSER_GKE_ZONE", "COMPOSER_LOCATION",
	"COMPOSER_OPERATION_UUID", "COMPOSER_PYTHON_VERSION", "COMPOSER_VERSION", "CONTAINER_NAME", "C_FORCE_ROOT", "DAGS_FOLDER",
	"GCE_METADATA_TIMEOUT", "GCP_PROJECT", "GCP_TENANT_PROJECT", "GCSFUSE_EXTRACTED", "GCS_BUCKET", "GKE_CLUSTER_NAME",
	"GKE_IN_TENANT", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "MAJOR_VERSION", "MINOR_VERSION", "PATH",
	"PIP_DISABLE_PIP_VERSION_CHECK", "PORT", "PROJECT_ID", "PYTHONPYCACHEPREFIX", "PYTHONWARNINGS", "REDIS_PASSWORD",
	"REDIS_PORT", "REDIS_USER", "SQL_DATABASE", "SQL_HOST", "SQL_INSTANCE", "SQL_PASSWORD", "SQL_PROJECT", "SQL_REGION",
	"SQL_USER",
}

// RefuseVariable says why name is no environment variable that a user may set; ""
// when it is one.
func RefuseVariable(name string) string {
	switch {
	case !variableName.MatchString(name):
		return "it has letters, digits and _, and begins with none of the digits"
	case airflowVariable.MatchString(name):
		return "it is an option of Airflow, which is overridden by airflow_overrides"
	case slices.Contains(reservedVariables, name):
		return "Cloud Composer sets it itself"
	}
	return ""
}
