package aws

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

const (
	functionType     = "aws:lambda/function:Function"
	permissionType   = "aws:lambda/permission:Permission"
	aliasType        = "aws:lambda/alias:Alias"
	invokeConfigType = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
)

// latest is the version of a function that is not published.
const latest = "$LATEST"

var functionKind = &kind{
	Token: functionType, Facts: "aws_lambda_function",
	Args: provider.ArgsOf[lambda.FunctionArgs](), State: provider.TypeOf[lambda.Function](),
	Rename:  map[string]string{"function_name": "name", "filename": "code"},
	Service: "Lambda", Noun: "Function",
	Operations: operations{Create: "CreateFunction", Update: "UpdateFunctionConfiguration", Delete: "DeleteFunction"},
	Auto:       &autoname{Property: "name", Max: 64},
	ID:         func(c *call) string { return c.Str("name") },
	Outputs: []output{
		{Name: "arn", Value: func(c *call) any { return functionARN(c, c.Str("name")) }},
		{Name: "architectures", Value: func(*call) any { return []any{"x86_64"} }},
		{Name: "codeSha256", Value: codeHash},
		{Name: "ephemeralStorage", Value: func(*call) any { return map[string]any{"size": 512.0} }},
		{Name: "invokeArn", Value: func(c *call) any { return invokeARN(c, functionARN(c, c.Str("name"))) }},
		{Name: "lastModified", Fresh: true, Value: func(c *call) any {
			return c.P.Now().Format("2006-01-02T15:04:05.000-0700")
		}},
		{Name: "loggingConfig", Value: func(c *call) any {
			return map[string]any{"logFormat": "Text", "logGroup": "/aws/lambda/" + c.Str("name")}
		}},
		{Name: "qualifiedArn", Value: func(c *call) any { return functionARN(c, c.Str("name")) + ":" + latest }},
		{Name: "qualifiedInvokeArn", Value: func(c *call) any {
			return invokeARN(c, functionARN(c, c.Str("name"))+":"+latest)
		}},
		{Name: "signingJobArn", Value: func(*call) any { return "" }},
		{Name: "signingProfileVersionArn", Value: func(*call) any { return "" }},
		{Name: "sourceCodeHash", Value: codeHash},
		// Lambda reports no size for a function of an image.
		{Name: "sourceCodeSize", Value: func(*call) any { return 0.0 }},
		{Name: "tracingConfig", Value: func(*call) any { return map[string]any{"mode": "PassThrough"} }},
		{Name: "version", Value: func(*call) any { return latest }},
	},
	Refuse: refuseFunction,
	Verify: verifyFunction,
	Exists: func(c *call) *refusal {
		return provider.Refuse("ResourceConflictException", "Function already exist: %s", c.ID).WithStatus(http.StatusConflict)
	},
	Missing: func(c *call) *refusal { return noFunction(c, c.ID) },
	Children: []child{
		{Token: permissionType, Prefix: func(c *call) string { return c.ID + "/" }},
		{Token: permissionType, Prefix: func(c *call) string { return c.ID + ":" }},
		{Token: invokeConfigType, Prefix: nil},
		{Token: invokeConfigType, Prefix: func(c *call) string { return c.ID + ":" }},
		{Token: aliasType, Prefix: func(c *call) string { return functionARN(c, c.ID) + ":" }},
	},
}

// refuseFunction refuses what only real Lambda can run.
func refuseFunction(c *check) {
	for _, name := range []resource.PropertyKey{"code", "s3Bucket", "s3Key", "s3ObjectVersion"} {
		if c.In.HasValue(name) {
			c.Fail(string(name), "the local cloud runs functions from images only: give imageUri with packageType Image")
		}
	}
	if v := provider.Open(c.In["publish"]); v.IsBool() && v.BoolValue() {
		c.Fail("publish", "the local cloud has no versions of functions but $LATEST: leave out publish")
	}
}

func functionARN(c *call, name string) string { return arn(c, "lambda", "function:%s", name) }

// invokeARN is the address that API Gateway uses.
func invokeARN(c *call, arn string) string {
	return "arn:" + partition(c.P) + ":apigateway:" + c.P.Region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"
}

// codeHash is a hash in the format of Lambda's; for an image, of its address.
func codeHash(c *call) any {
	sum := sha256.Sum256([]byte(c.Str("imageUri")))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func noFunction(c *call, name string) *refusal {
	return provider.Refuse("ResourceNotFoundException", "Function not found: %s", functionARN(c, name)).WithStatus(http.StatusNotFound)
}

func verifyFunction(c *call) error {
	t, err := trusts(c, c.Str("role"), "lambda.amazonaws.com")
	if err != nil {
		return err
	}
	// Lambda has one message for both; the second sentence is ours.
	switch {
	case !t.exists:
		return provider.Refuse("InvalidParameterValueException",
			"The role defined for the function cannot be assumed by Lambda. The role %s does not exist.", c.Str("role"))
	case !t.assumable:
		return provider.Refuse("InvalidParameterValueException",
			"The role defined for the function cannot be assumed by Lambda. The trust policy of %s does not allow "+
				"lambda.amazonaws.com to do sts:AssumeRole.", c.Str("role"))
	}
	if uri := c.Str("imageUri"); uri != "" {
		if err := verifyImage(c, uri); err != nil {
			return err
		}
	}
	for _, id := range c.Strings("vpcConfig", "securityGroupIds") {
		ok, err := c.Exists(securityGroupType, id)
		if err != nil {
			return err
		}
		if !ok {
			return provider.Refuse("InvalidParameterValueException",
				"Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "+
					"EC2 Error Message: The security group '%s' does not exist", id)
		}
	}
	return nil
}

// functionName reads a function from its name or ARN, without a qualifier.
func functionName(nameOrARN string) string {
	if _, rest, ok := strings.Cut(nameOrARN, ":function:"); ok {
		nameOrARN = rest
	}
	name, _, _ := strings.Cut(nameOrARN, ":")
	return name
}
