package registry

import (
	"errors"
	"net"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// isNoCredentials reports whether the SDK found no AWS credentials at all; it has
// no type for that.
func isNoCredentials(err error) bool {
	var answered smithy.APIError
	if errors.As(err, &answered) {
		return false
	}
	text := err.Error()
	for _, sign := range []string{"get identity", "failed to refresh cached credentials", "failed to retrieve credentials", "no EC2 IMDS role found"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// awsWords is for failures of AWS's API, and of the Docker configuration.
func awsWords(err error) problem.Problem {
	action := "ecr:GetAuthorizationToken"
	var (
		api         apiError
		credentials credentialsError
		answer      smithy.APIError
		network     net.Error
	)
	if errors.As(err, &api) {
		action = api.action
	}
	if errors.As(err, &credentials) && credentials.source == fromDocker {
		return problem.Problem{Summary: "the Docker configuration cannot be used", Detail: reason(err),
			Hint: "Mend or remove the entry of this registry in ~/.docker/config.json, or check its credential helper."}
	}
	if !errors.As(err, &answer) {
		switch {
		case errors.As(err, &network):
			return problem.Problem{Summary: "AWS cannot be reached", Detail: action + ": " + reason(network),
				Hint: "Check AWS_REGION, AWS_ENDPOINT_URL, this machine's network and the proxy settings."}
		case action != "ecr:GetAuthorizationToken":
			return problem.Problem{Summary: "ECR refuses the request", Detail: action + ": " + reason(err), Hint: "See what ECR says above, and run the command again."}
		case isNoCredentials(err) && !strings.Contains(err.Error(), "no EC2 IMDS role found"):
			return problem.Problem{Summary: "the AWS credentials cannot be used", Detail: reason(err),
				Hint: "Run aws sso login, or check AWS_PROFILE, and run the command again."}
		case isNoCredentials(err):
			return problem.Problem{Summary: "no AWS credentials are found", Detail: "they are needed for a login to ECR (" + action + ")",
				Hint: "Run aws sso login or aws configure, set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."}
		}
		return problem.Problem{Summary: "the login to ECR failed", Detail: action + ": " + reason(err),
			Hint: "Check the AWS credentials with aws sts get-caller-identity, and run the command again."}
	}
	said := action + ": " + clean(answer.ErrorCode()+": "+answer.ErrorMessage())
	switch answer.ErrorCode() {
	case "AccessDeniedException", "AccessDenied", "UnauthorizedOperation":
		return problem.Problem{Summary: "the AWS credentials are not allowed to use ECR", Detail: said, Hint: "Allow " + action + " to the user or role."}
	case "ExpiredTokenException", "ExpiredToken", "RequestExpired":
		return problem.Problem{Summary: "the AWS credentials have expired", Detail: said, Hint: "Run aws sso login, or get new credentials, and run the command again."}
	case "UnrecognizedClientException", "InvalidSignatureException", "InvalidClientTokenId", "SignatureDoesNotMatch":
		return problem.Problem{Summary: "AWS does not know the credentials", Detail: said, Hint: "Check AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and this machine's clock."}
	}
	return problem.Problem{Summary: "ECR refuses the request", Detail: said, Hint: "See what ECR says above; run the command again if it is a passing failure."}
}
