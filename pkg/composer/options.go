package composer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// OptionsSource is the page of blocked and limited options.
const OptionsSource = "https://cloud.google.com/composer/docs/airflow-configurations"

// blocked are the options that Cloud Composer does not let anyone override, by
// section; nil is the whole section. Google's list differs a little between
// versions of Airflow: what is here is blocked in the versions that have it. What
// is blocked and not here, Google refuses.
var blocked = map[string][]string{
	"cli":        nil,
	"api_auth":   {"jwt_algorithm", "jwt_audience", "jwt_issuer", "jwt_kid"},
	"kubernetes": {"namespace", "pod_template_file"},
	"celery":     {"broker_url", "celery_app_name", "default_queue", "pool", "result_backend", "worker_log_server_port"},
	"operators":  {"default_queue"},
	"core": {
		"base_log_folder", "dags_folder", "encrypt_s3_logs", "fernet_key", "load_examples", "log_format", "logging_config_class",
		"plugins_folder", "remote_base_log_folder", "remote_log_conn_id", "remote_logging", "security", "sql_alchemy_conn",
		"sql_alchemy_pool_recycle", "sql_alchemy_pool_size", "store_dag_code", "store_serialized_dags", "task_log_reader",
		"wait_dag_not_found_timeout",
	},
	"database":  {"alembic_ini_file_path", "sql_alchemy_conn", "sql_alchemy_pool_recycle", "sql_alchemy_pool_size"},
	"smtp":      {"smtp_password"},
	"scheduler": {"child_process_log_directory"},
}

// blocked3 are blocked in Composer 3 besides.
var blocked3 = map[string][]string{
	"kubernetes": {"api_client_retry_configuration", "cluster_context", "config_file", "delete_option_kwargs", "delete_worker_pods"},
}

// limited3 are the options whose values Composer 3 limits.
var limited3 = map[string]Range{
	"core-min_file_process_interval":                        {Min: 30, Max: unlimited},
	"core-dag_file_processor_timeout":                       {Max: 600},
	"core-dagbag_import_timeout":                            {Max: 600},
	"celery-worker_concurrency":                             {Min: 1, Max: 24},
	"kubernetes_executor-worker_pods_queued_check_interval": {Min: 30, Max: 60},
	"scheduler-scheduler_heartbeat_sec":                     {Min: 15, Max: unlimited},
	"triggerer-triggerer_health_check_threshold":            {Min: 30, Max: unlimited},
	"triggerer-job_heartbeat_sec":                           {Min: 30, Max: unlimited},
}

const unlimited = 1e9

// RefuseOption says why an option of Airflow, such as
// "core-dags_are_paused_at_creation", cannot be overridden in a generation; "" when
// it can.
func RefuseOption(generation int, option string) string {
	section, key, found := strings.Cut(option, "-")
	switch {
	case !found || section == "" || key == "":
		return "it is a section and an option with - between them"
	case strings.ContainsAny(section, "[].") || strings.ContainsAny(key, "=;.-"):
		return "a section has none of - [ ] . in it, an option none of - = ; ."
	case blockedIn(blocked, section, key), generation == 3 && blockedIn(blocked3, section, key):
		return "Cloud Composer sets it itself"
	}
	return ""
}

func blockedIn(table map[string][]string, section, key string) bool {
	keys, known := table[section]
	return known && (keys == nil || slices.Contains(keys, key))
}

// RefuseOptionValue says why an option that can be overridden cannot have this
// value; "" when it can, or when its values are not limited.
func RefuseOptionValue(generation int, option, value string) string {
	limit, known := limited3[option]
	if !known || generation != 3 {
		return ""
	}
	v, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil:
		return "it is a number"
	case v < limit.Min:
		return fmt.Sprintf("Composer 3 takes %s and more", Number(limit.Min))
	case v > limit.Max:
		return fmt.Sprintf("Composer 3 takes at most %s", Number(limit.Max))
	}
	return ""
}
