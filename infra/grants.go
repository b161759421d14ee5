package infra

import (
	"maps"
	"slices"
)

// everything is the resource of actions for which AWS has no resource-level
// permission. Each use says where AWS documents that.
const everything = "*"

// lambdaPolicy is what every function of the environment may do.
func (s *scope) lambdaPolicy() policy {
	statements := []statement{
		// The log groups exist before the functions, so no function creates one.
		allow("WriteLogs",
			[]string{"logs:CreateLogStream", "logs:PutLogEvents"},
			[]string{s.ARN("logs", "log-group:/aws/lambda/"+s.names.FunctionPattern())}),
	}
	if s.vpc {
		statements = append(statements, s.networkInterfaces()...)
	}
	return policy{policyVersion, append(statements, s.dataBuckets()...)}
}

// networkInterfaces lets the Lambda service, and not the code of a function,
// connect functions to the VPC. Source of the actions, of which need "*", and of
// the denial: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
func (s *scope) networkInterfaces() []statement {
	deny := statement{
		Sid:    "NoNetworkInterfacesFromCode",
		Effect: "Deny",
		Action: []string{
			"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
			"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
		},
		// A denial of everything grants nothing.
		Resource: []string{everything},
		Condition: map[string]condition{"ArnLike": {
			"lambda:SourceFunctionArn": s.ARN("lambda", "function:"+s.names.FunctionPattern()),
		}},
	}
	return []statement{
		allow("ManageNetworkInterfaces",
			[]string{
				"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface",
				"ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses",
			},
			// Lambda names its interfaces itself, in every subnet and security group.
			[]string{s.ARN("ec2", "*/*")}),
		allow("FindNetworkInterfaces",
			[]string{"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"},
			// EC2's Describe actions have no resource-level permission:
			// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
			[]string{everything}),
		deny,
	}
}

// dataBuckets grants reading and writing of the environment's data buckets, and
// of no other. Their key is the account's own key for S3, whose key policy
// admits everyone who may use the bucket, so no KMS action is needed. Source:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
func (s *scope) dataBuckets() []statement {
	if len(s.buckets) == 0 {
		return nil
	}
	var buckets, objects []string
	for _, name := range slices.Sorted(maps.Values(s.buckets)) {
		buckets = append(buckets, s.BucketARN(name))
		objects = append(objects, s.BucketARN(name)+"/*")
	}
	return []statement{
		allow("ListData", []string{"s3:ListBucket"}, buckets),
		allow("ReadAndWriteData",
			[]string{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"}, objects),
	}
}

// stateFunctionPolicy is what every state machine of the environment may do.
func (s *scope) stateFunctionPolicy() policy {
	function := s.ARN("lambda", "function:"+s.names.FunctionPattern())
	return policy{policyVersion, []statement{
		allow("InvokeFunctions", []string{"lambda:InvokeFunction"},
			// The second form is a function's versions and aliases.
			[]string{function, function + ":*"}),
		allow("StartPipelines", []string{"states:StartExecution"},
			[]string{s.ARN("states", "stateMachine:"+s.names.FunctionPattern())}),
		allow("WaitForPipelines", []string{"states:DescribeExecution", "states:StopExecution"},
			[]string{s.ARN("states", "execution:"+s.names.FunctionPattern()+":*")}),
		// startExecution.sync learns of the end through this rule of Step Functions:
		// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
		allow("HearOfTheirEnd", []string{"events:DescribeRule", "events:PutRule", "events:PutTargets"},
			[]string{s.ARN("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")}),
		// CloudWatch Logs has no resource-level permission for log deliveries:
		// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
		allow("DeliverLogs",
			[]string{
				"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups",
				"logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
				"logs:PutResourcePolicy", "logs:UpdateLogDelivery",
			},
			[]string{everything}),
	}}
}

// triggerPolicy is what every trigger of the environment may do.
func (s *scope) triggerPolicy() policy {
	return policy{policyVersion, []statement{
		allow("StartPipelines", []string{"states:StartExecution"},
			[]string{s.ARN("states", "stateMachine:"+s.names.FunctionPattern())}),
	}}
}
