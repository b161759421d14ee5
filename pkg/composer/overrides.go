package composer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// OverridesSource lists the options of Airflow that cannot be changed, and the limits
// of others.
const OverridesSource = "https://cloud.google.com/composer/docs/airflow-configurations"

// overrideForm is section-option. A section has neither hyphen, dot nor brackets.
var overrideForm = regexp.MustCompile(`^([^-.\[\]=;\s]+)-([^-.=;\s]+)$`)

// blocked are options that Composer sets itself, by section; "*" is all of them. The
// page has some more for single versions of Airflow, which the API refuses.
var blocked = map[string][]string{
	"cli":        {"*"},
	"kubernetes": {"pod_template_file", "namespace"},
	"celery":     {"celery_app_name", "worker_log_server_port", "broker_url", "result_backend", "pool", "default_queue"},
	"operators":  {"default_queue"},
	"core": {
		"dags_folder", "fernet_key", "plugins_folder", "security", "sql_alchemy_conn", "sql_alchemy_pool_recycle", "sql_alchemy_pool_size",
		"load_examples", "store_serialized_dags", "store_dag_code", "wait_dag_not_found_timeout", "base_log_folder", "encrypt_s3_logs",
		"logging_config_class", "remote_base_log_folder", "remote_log_conn_id", "remote_logging", "task_log_reader", "log_format",
	},
	"database":  {"sql_alchemy_conn", "sql_alchemy_pool_recycle", "sql_alchemy_pool_size", "alembic_ini_file_path"},
	"smtp":      {"smtp_password"},
	"scheduler": {"child_process_log_directory"},
	"api_auth":  {"jwt_algorithm", "jwt_audience", "jwt_issuer", "jwt_kid"},
}

// limited are the options whose numbers generation 3 limits.
var limited = map[string]Span{
	"core-min_file_process_interval":                        {30, unlimited},
	"core-dag_file_processor_timeout":                       {0, 600},
	"core-dagbag_import_timeout":                            {0, 600},
	"celery-worker_concurrency":                             {1, 24},
	"kubernetes_executor-worker_pods_queued_check_interval": {30, 60},
	"scheduler-scheduler_heartbeat_sec":                     {15, unlimited},
	"triggerer-job_heartbeat_sec":                           {30, unlimited},
}

const unlimited = 1e9

// OverrideReason says why an option of Airflow, such as
// "core-dags_are_paused_at_creation", cannot be overridden with a value.
func OverrideReason(generation int, key, value string) string {
	m := overrideForm.FindStringSubmatch(key)
	if m == nil {
		if strings.Contains(key, ".") {
			return "an override is <section>-<option>, with a hyphen and without dots, such as core-dags_are_paused_at_creation"
		}
		return "an override is <section>-<option>, such as core-dags_are_paused_at_creation"
	}
	if options := blocked[m[1]]; slices.Contains(options, m[2]) || slices.Contains(options, "*") {
		return fmt.Sprintf("Composer sets the option %s of Airflow's section [%s] itself, and blocks it", m[2], m[1])
	}
	span, ok := limited[key]
	n, err := strconv.ParseFloat(value, 64)
	switch {
	case !ok || generation != 3 || err != nil || n >= span.Least && n <= span.Most:
		return ""
	case span.Most == unlimited:
		return fmt.Sprintf("in Cloud Composer 3 it is at least %s, and %s is given", short(span.Least), short(n))
	}
	return "in Cloud Composer 3 " + span.reason(&n, "")
}
