package python

// The versions that every environment gets. AWS's base images bring boto3, so functions rely on
// it; the runtime interface client is the one in those images. Newer versions of both dropped Python 3.9.
const (
	clientPin    = "awslambdaric==4.2.2"
	boto3Pin     = "boto3==1.44.5"
	clientPin39  = "awslambdaric==4.0.4"
	boto3Pin39   = "boto3==1.42.97"
	clientModule = "awslambdaric"
)

// platform returns what an environment needs besides the requirements. A pin gives way to requirements that
// ask for the same package, or for the one that boto3 is bound to.
func platform(i Interpreter, asked map[string]bool) []string {
	client, boto3 := clientPin, boto3Pin
	if i.Minor < 10 {
		client, boto3 = clientPin39, boto3Pin39
	}
	if asked["boto3"] || asked["botocore"] || asked["s3transfer"] || asked["aiobotocore"] || asked["aioboto3"] {
		boto3 = "boto3"
	}
	if asked[clientModule] {
		client = clientModule
	}
	return []string{client, boto3}
}
