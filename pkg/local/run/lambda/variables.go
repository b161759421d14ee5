package lambda

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
)

// environ makes the environment variables of a process: Lambda's own
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html) and the function's. Nothing of
// the user's own environment is in it, so no real credentials are. Lambda's names win.
func (f *Function) environ(api, stream, temporary string) []string {
	all := map[string]string{
		"LANG": "en_US.UTF-8",
		"PATH": filepath.Dir(f.Python) + ":/usr/local/bin:/usr/bin:/bin",
		"TZ":   ":UTC",
	}
	maps.Copy(all, f.Variables)
	maps.Copy(all, map[string]string{
		"_HANDLER":                        f.Handler,
		"AWS_REGION":                      f.Region,
		"AWS_DEFAULT_REGION":              f.Region,
		"AWS_EXECUTION_ENV":               "AWS_Lambda_Image",
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_VERSION":     f.Version,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       f.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      stream,
		"AWS_LAMBDA_RUNTIME_API":          api,
		"AWS_ACCESS_KEY_ID":               "AKIALOCALLOCALLOCAL0",
		"AWS_SECRET_ACCESS_KEY":           "local",
		"AWS_SESSION_TOKEN":               "local",
		"AWS_ENDPOINT_URL":                f.Endpoint,
		"AWS_ENDPOINT_URL_S3":             f.Endpoint,
		"AWS_CONFIG_FILE":                 filepath.Join(temporary, "no-config"),
		"AWS_SHARED_CREDENTIALS_FILE":     filepath.Join(temporary, "no-credentials"),
		"AWS_EC2_METADATA_DISABLED":       "true",
		"LAMBDA_TASK_ROOT":                f.TaskRoot,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"HOME":                            temporary,
		"TMPDIR":                          temporary,
		"PYTHONNOUSERSITE":                "1",
		"PYTHONDONTWRITEBYTECODE":         "1", // the task root is read-only on AWS and shared here
		"PYTHONUNBUFFERED":                "1",
	})
	out := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, name+"="+all[name])
	}
	return out
}
