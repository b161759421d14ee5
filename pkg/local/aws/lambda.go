package aws

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
	token: functionType, facts: "aws_lambda_function",
	args: argsOf[lambda.FunctionArgs](), state: typeOf[lambda.Function](),
	rename:  map[string]string{"function_name": "name", "filename": "code"},
	service: "Lambda", noun: "Function",
	operations: operations{"CreateFunction", "UpdateFunctionConfiguration", "DeleteFunction"},
	auto:       &autoname{property: "name", max: 64},
	id:         func(c *call) string { return c.str("name") },
	outputs: []output{
		{name: "arn", value: func(c *call) any { return functionARN(c, c.str("name")) }},
		{name: "architectures", value: func(*call) any { return []any{"x86_64"} }},
		{name: "codeSha256", value: codeHash},
		{name: "ephemeralStorage", value: func(*call) any { return map[string]any{"size": 512.0} }},
		{name: "invokeArn", value: func(c *call) any { return invokeARN(c, functionARN(c, c.str("name"))) }},
		{name: "lastModified", fresh: true, value: func(c *call) any {
			return c.p.now().UTC().Format("2006-01-02T15:04:05.000-0700")
		}},
		{name: "loggingConfig", value: func(c *call) any {
			return map[string]any{"logFormat": "Text", "logGroup": "/aws/lambda/" + c.str("name")}
		}},
		{name: "qualifiedArn", value: func(c *call) any { return functionARN(c, c.str("name")) + ":" + latest }},
		{name: "qualifiedInvokeArn", value: func(c *call) any {
			return invokeARN(c, functionARN(c, c.str("name"))+":"+latest)
		}},
		{name: "signingJobArn", value: func(*call) any { return "" }},
		{name: "signingProfileVersionArn", value: func(*call) any { return "" }},
		{name: "sourceCodeHash", value: codeHash},
		// Lambda reports no size for a function of an image.
		{name: "sourceCodeSize", value: func(*call) any { return 0.0 }},
		{name: "tracingConfig", value: func(*call) any { return map[string]any{"mode": "PassThrough"} }},
		{name: "version", value: func(*call) any { return latest }},
	},
	refuse: refuseFunction,
	verify: verifyFunction,
	exists: func(c *call) *apiError {
		return refusal("ResourceConflictException", "Function already exist: %s", c.id).status(http.StatusConflict)
	},
	missing: func(c *call) *apiError { return noFunction(c, c.id) },
	children: []child{
		{permissionType, func(c *call) string { return c.id + "/" }},
		{permissionType, func(c *call) string { return c.id + ":" }},
		{invokeConfigType, nil},
		{invokeConfigType, func(c *call) string { return c.id + ":" }},
		{aliasType, func(c *call) string { return functionARN(c, c.id) + ":" }},
	},
}

// refuseFunction refuses what only real Lambda can run.
func refuseFunction(c *check) {
	for _, name := range []resource.PropertyKey{"code", "s3Bucket", "s3Key", "s3ObjectVersion"} {
		if c.in.HasValue(name) {
			c.fail(string(name), "the local cloud runs functions from images only: give imageUri with packageType Image")
		}
	}
	if v := open(c.in["publish"]); v.IsBool() && v.BoolValue() {
		c.fail("publish", "the local cloud has no versions of functions but $LATEST: leave out publish")
	}
}

func functionARN(c *call, name string) string { return c.arn("lambda", "function:%s", name) }

// invokeARN is the address that API Gateway uses.
func invokeARN(c *call, arn string) string {
	return "arn:" + c.p.partition() + ":apigateway:" + c.p.region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"
}

// codeHash is a hash in the format of Lambda's; for an image, of its address.
func codeHash(c *call) any {
	sum := sha256.Sum256([]byte(c.str("imageUri")))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func noFunction(c *call, name string) *apiError {
	return refusal("ResourceNotFoundException", "Function not found: %s", functionARN(c, name)).status(http.StatusNotFound)
}

func verifyFunction(c *call) error {
	t, err := c.trusts(c.str("role"), "lambda.amazonaws.com")
	if err != nil {
		return err
	}
	// Lambda has one message for both; the second sentence is ours.
	switch {
	case !t.exists:
		return refusal("InvalidParameterValueException",
			"The role defined for the function cannot be assumed by Lambda. The role %s does not exist.", c.str("role"))
	case !t.assumable:
		return refusal("InvalidParameterValueException",
			"The role defined for the function cannot be assumed by Lambda. The trust policy of %s does not allow "+
				"lambda.amazonaws.com to do sts:AssumeRole.", c.str("role"))
	}
	if uri := c.str("imageUri"); uri != "" {
		if err := verifyImage(c, uri); err != nil {
			return err
		}
	}
	for _, id := range c.strings("vpcConfig", "securityGroupIds") {
		ok, err := c.exists(securityGroupType, id)
		if err != nil {
			return err
		}
		if !ok {
			return refusal("InvalidParameterValueException",
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
