package aws

import (
	"net/http"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
)

// lambdaKinds are the function and what hangs on it.
var lambdaKinds = []*kind{
	functionKind,
	{
		token: permissionType, facts: "aws_lambda_permission",
		args: argsOf[lambda.PermissionArgs](), state: typeOf[lambda.Permission](),
		rename:  map[string]string{"function_name": "function"},
		service: "Lambda", noun: "Permission",
		operations: operations{"AddPermission", "AddPermission", "RemovePermission"},
		auto:       &autoname{property: "statementId", unless: "statementIdPrefix", max: 100},
		id: func(c *call) string {
			return qualified(c, functionName(c.str("function"))) + "/" + c.str("statementId")
		},
		verify: func(c *call) error { return verifyFunctionOf(c, c.str("function")) },
		exists: func(c *call) *apiError {
			return refusal("ResourceConflictException",
				"The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.",
				c.str("statementId")).status(http.StatusConflict)
		},
		missing: func(c *call) *apiError {
			return refusal("ResourceNotFoundException", "No policy is associated with the given resource.").status(http.StatusNotFound)
		},
	},
	{
		token: aliasType, facts: "aws_lambda_alias",
		args: argsOf[lambda.AliasArgs](), state: typeOf[lambda.Alias](),
		service: "Lambda", noun: "Alias",
		operations: operations{"CreateAlias", "UpdateAlias", "DeleteAlias"},
		auto:       &autoname{property: "name", max: 128},
		id:         aliasARN,
		outputs: []output{
			{name: "arn", value: func(c *call) any { return aliasARN(c) }},
			{name: "invokeArn", value: func(c *call) any { return invokeARN(c, aliasARN(c)) }},
		},
		verify: func(c *call) error {
			if err := verifyFunctionOf(c, c.str("functionName")); err != nil {
				return err
			}
			if v := c.str("functionVersion"); v != latest {
				return refusal("ResourceNotFoundException", "Function not found: %s:%s",
					functionARN(c, functionName(c.str("functionName"))), v).status(http.StatusNotFound)
			}
			return nil
		},
		exists: func(c *call) *apiError {
			return refusal("ResourceConflictException", "Alias already exists: %s", c.id).status(http.StatusConflict)
		},
		missing: func(c *call) *apiError {
			return refusal("ResourceNotFoundException", "Cannot find alias arn: %s", c.id).status(http.StatusNotFound)
		},
	},
	{
		token: invokeConfigType, facts: "aws_lambda_function_event_invoke_config",
		args: argsOf[lambda.FunctionEventInvokeConfigArgs](), state: typeOf[lambda.FunctionEventInvokeConfig](),
		service: "Lambda", noun: "Function Event Invoke Config",
		operations: operations{"PutFunctionEventInvokeConfig", "PutFunctionEventInvokeConfig", "DeleteFunctionEventInvokeConfig"},
		upsert:     true,
		id:         func(c *call) string { return qualified(c, functionName(c.str("functionName"))) },
		verify:     func(c *call) error { return verifyFunctionOf(c, c.str("functionName")) },
		missing: func(c *call) *apiError {
			return refusal("ResourceNotFoundException", "The function %s doesn't have an EventInvokeConfig", c.id).
				status(http.StatusNotFound)
		},
	},
}

// qualified is a function's name with the qualifier of the inputs, if there is one.
func qualified(c *call, name string) string {
	if q := c.str("qualifier"); q != "" {
		return name + ":" + q
	}
	return name
}

func aliasARN(c *call) string {
	return functionARN(c, functionName(c.str("functionName"))) + ":" + c.str("name")
}

func verifyFunctionOf(c *call, nameOrARN string) error {
	name := functionName(nameOrARN)
	ok, err := c.exists(functionType, name)
	if err == nil && !ok {
		return noFunction(c, name)
	}
	return err
}
