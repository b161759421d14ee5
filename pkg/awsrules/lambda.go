package awsrules

import (
	"fmt"
	"regexp"

	"github.com/dorc-dev/dorc/pkg/rules"
)

const (
	functionSource   = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"
	permissionSource = "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"
	aliasSource      = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html"
	invokeSource     = "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"
	variableSource   = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
)

var (
	functionName = regexp.MustCompile(`^[a-zA-Z0-9-_]*$`)
	// variableName demands a letter first. The documentation also asks for a second
	// character; the real provider's verdicts count one as valid, so it passes here.
	variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)
	statementID  = regexp.MustCompile(`^[a-zA-Z0-9-_]*$`)
	actionName   = regexp.MustCompile(`^(lambda:[*]|lambda:[a-zA-Z]+|[*])$`)
	aliasName    = regexp.MustCompile(`^[a-zA-Z0-9-_]*[a-zA-Z-_][a-zA-Z0-9-_]*$`)
)

// runtimes are Lambda's, also old ones: AWS answers for those what they are.
var runtimes = []string{
	"nodejs", "nodejs4.3", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x",
	"nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs4.3-edge", "java8", "java8.al2", "java11", "java17", "java21",
	"python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10", "python3.11", "python3.12",
	"python3.13", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "dotnet6", "dotnet8", "go1.x",
	"ruby2.5", "ruby2.7", "ruby3.2", "ruby3.3", "ruby3.4", "provided", "provided.al2", "provided.al2023",
}

// reserved are variables that Lambda sets itself and does not let anyone set.
var reserved = map[string]bool{
	"_HANDLER": true, "_X_AMZN_TRACE_ID": true, "AWS_DEFAULT_REGION": true, "AWS_REGION": true,
	"AWS_EXECUTION_ENV": true, "AWS_LAMBDA_FUNCTION_NAME": true, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": true,
	"AWS_LAMBDA_FUNCTION_VERSION": true, "AWS_LAMBDA_INITIALIZATION_TYPE": true, "AWS_LAMBDA_LOG_GROUP_NAME": true,
	"AWS_LAMBDA_LOG_STREAM_NAME": true, "AWS_ACCESS_KEY": true, "AWS_ACCESS_KEY_ID": true,
	"AWS_SECRET_ACCESS_KEY": true, "AWS_SESSION_TOKEN": true, "AWS_LAMBDA_RUNTIME_API": true,
	"LAMBDA_TASK_ROOT": true, "LAMBDA_RUNTIME_DIR": true,
}

var _ = register("aws:lambda/function:Function", table{
	values: []row{
		{"name", all(length(1, 64), pattern(functionName, "must be valid function name or function ARN: a-z, A-Z, 0-9, - and _")), functionSource},
		{"description", length(0, 256), functionSource},
		{"role", isARN, functionSource},
		{"timeout", between(1, 900), functionSource},
		{"memorySize", between(128, 10240), functionSource},
		{"ephemeralStorage.size", between(512, 10240), functionSource},
		{"packageType", oneOf("Zip", "Image"), functionSource},
		{"architectures[]", oneOf("x86_64", "arm64"), functionSource},
		{"tracingConfig.mode", oneOf("Active", "PassThrough"), functionSource},
		{"runtime", oneOf(runtimes...), "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"},
		{"reservedConcurrentExecutions", atLeast(-1), functionSource},
		{"kmsKeyArn", isARN, functionSource},
		{"deadLetterConfig.targetArn", isARN, functionSource},
		{"layers[]", isARN, functionSource},
		{"snapStart.applyOn", oneOf("PublishedVersions", "None"), functionSource},
		{"environment.variables{key}", variable, variableSource},
	},
	whole: wholeFunction,
})

// variable wants the name of an environment variable that Lambda accepts.
func variable(s subject) string {
	name := s.Value.StringValue()
	switch {
	case !variableName.MatchString(name):
		return fmt.Sprintf("the environment variable %q must begin with a letter and have only letters, digits and underscores", name)
	case reserved[name]:
		return fmt.Sprintf("the environment variable %q is reserved: Lambda sets it itself", name)
	}
	return ""
}

// variablesLimit is the size of all environment variables together, in bytes.
const variablesLimit = 4096

func wholeFunction(in inputs) []Failure {
	var out []Failure
	fail := func(property, source, format string, args ...any) {
		out = append(out, Failure{Property: property, Reason: fmt.Sprintf(format, args...), Source: source})
	}
	if in.Str("packageType") == "Image" {
		for _, name := range []string{"handler", "runtime", "layers"} {
			if in.Given(name) {
				fail(name, functionSource, "%s cannot be given with packageType Image: the image has it", name)
			}
		}
	}
	if in.Given("imageUri") && in.Str("packageType") == "Zip" {
		fail("packageType", functionSource, "imageUri needs packageType Image")
	}
	if v, given, known := in.Get("environment", "variables"); given && known && v.IsObject() {
		size := 0
		for k, e := range v.ObjectValue() {
			size += len(k)
			if e, _, known := rules.Reveal(e); known && e.IsString() {
				size += len(e.StringValue())
			}
		}
		if size > variablesLimit {
			fail("environment.variables", variableSource,
				"the environment variables have %d bytes together, at most %d are allowed", size, variablesLimit)
		}
	}
	return out
}

var _ = register("aws:lambda/permission:Permission", table{values: []row{
	{"statementId", all(length(1, 100), pattern(statementID, "must have only a-z, A-Z, 0-9, - and _")), permissionSource},
	{"action", pattern(actionName, "must be an action of Lambda, such as lambda:InvokeFunction"), permissionSource},
	{"sourceArn", isARN, permissionSource},
	{"sourceAccount", pattern(accountPattern, "must be an account number of 12 digits"), permissionSource},
	{"functionUrlAuthType", oneOf("NONE", "AWS_IAM"), permissionSource},
}})

var _ = register("aws:lambda/alias:Alias", table{values: []row{
	{"name", all(length(1, 128), pattern(aliasName, "must have only a-z, A-Z, 0-9, - and _, and not only digits")), aliasSource},
	{"description", length(0, 256), aliasSource},
	{"functionVersion", pattern(regexp.MustCompile(`^(\$LATEST|[0-9]+)$`), "must be $LATEST or a number"), aliasSource},
}})

var _ = register("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", table{values: []row{
	{"maximumEventAgeInSeconds", between(60, 21600), invokeSource},
	{"maximumRetryAttempts", between(0, 2), invokeSource},
	{"destinationConfig.onFailure.destination", isARN, invokeSource},
	{"destinationConfig.onSuccess.destination", isARN, invokeSource},
}})
