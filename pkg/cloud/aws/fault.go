package aws

import (
	"errors"
	"slices"

	"github.com/aws/smithy-go"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// codes are those of AWS's APIs. Source:
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
var codes = map[check.Fault][]string{
	check.BadCredentials: {
		"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "InvalidAccessKeyId",
		"UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure", "InvalidToken", "IncompleteSignature",
		"MissingAuthenticationToken", "TokenRefreshRequired",
	},
	check.Denied: {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AllAccessDisabled", "Forbidden"},
	check.Absent: {"NoSuchBucket", "NotFound"},
	check.Elsewhere: {
		"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "MovedPermanently",
	},
}

// words are those of AWS's answers.
func words(err error) (check.Fault, string) {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return check.NoFault, ""
	}
	reason := api.ErrorCode()
	if m := api.ErrorMessage(); m != "" {
		reason += ": " + m
	}
	for kind, list := range codes {
		if slices.Contains(list, api.ErrorCode()) {
			return kind, reason
		}
	}
	return check.OtherFault, reason
}

func faultOf(err error) (check.Fault, string) { return check.FaultOf(err, words) }
