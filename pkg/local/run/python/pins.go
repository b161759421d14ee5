package python

import "slices"

// The versions that every environment gets. AWS's base images bring boto3, so functions rely on
// it; the runtime interface client is the one in those images. Newer versions of both dropped Python 3.9.
const (
	clientPin    = "awslambdaric==4.2.2"
	boto3Pin     = "boto3==1.44.5"
	clientPin39  = "awslambdaric==4.0.4"
	boto3Pin39   = "boto3==1.42.97"
	clientModule = "awslambdaric"
)

// bound are packages that boto3 and the client want in certain versions.
var (
	boundToBoto3  = []string{"boto3", "botocore", "s3transfer", "aiobotocore", "aioboto3", "jmespath", "python-dateutil", "urllib3"}
	boundToClient = []string{clientModule, "simplejson", "snapshot-restore-py"}
)

// platform returns what an environment needs besides the packages of an image. A pin gives way to packages that
// it is bound to.
func platform(i Interpreter, with []Package) []string {
	client, boto3 := clientPin, boto3Pin
	if i.Minor < 10 {
		client, boto3 = clientPin39, boto3Pin39
	}
	has := func(names []string) bool {
		return slices.ContainsFunc(with, func(p Package) bool { return slices.Contains(names, p.Name) })
	}
	if has(boundToBoto3) {
		boto3 = "boto3"
	}
	if has(boundToClient) {
		client = clientModule
	}
	return []string{client, boto3}
}
