package lambda

import "strconv"

// Variables are those that Lambda sets itself, wherever the handler runs
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html). The credentials are good for the local
// cloud only.
func (s Sandbox) Variables() map[string]string {
	f := s.Function
	return map[string]string{
		"_HANDLER":                        f.Handler,
		"AWS_REGION":                      f.Region,
		"AWS_DEFAULT_REGION":              f.Region,
		"AWS_EXECUTION_ENV":               "AWS_Lambda_Image",
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_VERSION":     f.Version,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      s.Stream,
		"AWS_LAMBDA_RUNTIME_API":          s.API,
		"AWS_ACCESS_KEY_ID":               "AKIALOCALLOCALLOCAL0",
		"AWS_SECRET_ACCESS_KEY":           "local",
		"AWS_SESSION_TOKEN":               "local",
		"AWS_ENDPOINT_URL":                f.Endpoint,
		"AWS_ENDPOINT_URL_S3":             f.Endpoint,
		"AWS_EC2_METADATA_DISABLED":       "true",
		"LAMBDA_TASK_ROOT":                f.TaskRoot,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
	}
}
