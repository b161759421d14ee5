package aws

import (
	"net/http"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// lambdaKinds are the function and what hangs on it.
var lambdaKinds = []*kind{
	functionKind,
	{
		Token: permissionType, Facts: "aws_lambda_permission",
		Args: provider.ArgsOf[lambda.PermissionArgs](), State: provider.TypeOf[lambda.Permission](),
		Rename:  map[string]string{"function_name": "function"},
		Service: "Lambda", Noun: "Permission",
		Operations: operations{Create: "AddPermission", Update: "AddPermission", Delete: "RemovePermission"},
		Auto:       &autoname{Property: "statementId", Unless: "statementIdPrefix", Max: 100},
		ID: func(c *call) string {
			return qualified(c, functionName(c.Str("function"))) + "/" + c.Str("statementId")
		},
		Verify: func(c *call) error { return verifyFunctionOf(c, c.Str("function")) },
		Exists: func(c *call) *refusal {
			return provider.Refuse("ResourceConflictException",
				"The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.",
				c.Str("statementId")).WithStatus(http.StatusConflict)
		},
		Missing: func(c *call) *refusal {
			return provider.Refuse("ResourceNotFoundException", "No policy is associated with the given resource.").WithStatus(http.StatusNotFound)
		},
	},
	{
		Token: aliasType, Facts: "aws_lambda_alias",
		Args: provider.ArgsOf[lambda.AliasArgs](), State: provider.TypeOf[lambda.Alias](),
		Service: "Lambda", Noun: "Alias",
		Operations: operations{Create: "CreateAlias", Update: "UpdateAlias", Delete: "DeleteAlias"},
		Auto:       &autoname{Property: "name", Max: 128},
		ID:         aliasARN,
		Outputs: []output{
			{Name: "arn", Value: func(c *call) any { return aliasARN(c) }},
			{Name: "invokeArn", Value: func(c *call) any { return invokeARN(c, aliasARN(c)) }},
		},
		Verify: func(c *call) error {
			if err := verifyFunctionOf(c, c.Str("functionName")); err != nil {
				return err
			}
			if v := c.Str("functionVersion"); v != latest {
				return provider.Refuse("ResourceNotFoundException", "Function not found: %s:%s",
					functionARN(c, functionName(c.Str("functionName"))), v).WithStatus(http.StatusNotFound)
			}
			return nil
		},
		Exists: func(c *call) *refusal {
			return provider.Refuse("ResourceConflictException", "Alias already exists: %s", c.ID).WithStatus(http.StatusConflict)
		},
		Missing: func(c *call) *refusal {
			return provider.Refuse("ResourceNotFoundException", "Cannot find alias arn: %s", c.ID).WithStatus(http.StatusNotFound)
		},
	},
	{
		Token: invokeConfigType, Facts: "aws_lambda_function_event_invoke_config",
		Args: provider.ArgsOf[lambda.FunctionEventInvokeConfigArgs](), State: provider.TypeOf[lambda.FunctionEventInvokeConfig](),
		Service: "Lambda", Noun: "Function Event Invoke Config",
		Operations: operations{Create: "PutFunctionEventInvokeConfig", Update: "PutFunctionEventInvokeConfig", Delete: "DeleteFunctionEventInvokeConfig"},
		Upsert:     true,
		ID:         func(c *call) string { return qualified(c, functionName(c.Str("functionName"))) },
		Verify:     func(c *call) error { return verifyFunctionOf(c, c.Str("functionName")) },
		Missing: func(c *call) *refusal {
			return provider.Refuse("ResourceNotFoundException", "The function %s doesn't have an EventInvokeConfig", c.ID).
				WithStatus(http.StatusNotFound)
		},
	},
}

// qualified is a function's name with the qualifier of the inputs, if there is one.
func qualified(c *call, name string) string {
	if q := c.Str("qualifier"); q != "" {
		return name + ":" + q
	}
	return name
}

func aliasARN(c *call) string {
	return functionARN(c, functionName(c.Str("functionName"))) + ":" + c.Str("name")
}

func verifyFunctionOf(c *call, nameOrARN string) error {
	name := functionName(nameOrARN)
	ok, err := c.Exists(functionType, name)
	if err == nil && !ok {
		return noFunction(c, name)
	}
	return err
}
