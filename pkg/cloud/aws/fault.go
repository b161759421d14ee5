package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"syscall"

	"github.com/aws/smithy-go"
	"gocloud.dev/gcerrors"
)

// fault is the kind of an error, so that one cause is told once; 0 is none.
type fault int

const (
	// badCredentials are absent, expired or unknown to AWS.
	badCredentials fault = iota + 1
	// unreachable is an endpoint that does not answer.
	unreachable
	// denied is a lack of permission.
	denied
	// absent is a thing that does not exist.
	absent
	// elsewhere is a bucket of another region.
	elsewhere
	// otherFault is any other answer.
	otherFault
)

// codes are those of AWS's APIs. Source:
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
var codes = map[fault][]string{
	badCredentials: {
		"ExpiredToken", "ExpiredTokenException", "RequestExpired", "InvalidClientTokenId", "InvalidAccessKeyId",
		"UnrecognizedClientException", "SignatureDoesNotMatch", "AuthFailure", "InvalidToken", "IncompleteSignature",
		"MissingAuthenticationToken", "TokenRefreshRequired",
	},
	denied: {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AllAccessDisabled", "Forbidden"},
	absent: {"NoSuchBucket", "NotFound"},
	elsewhere: {
		"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "MovedPermanently",
	},
}

// faultOf finds the kind, and says the reason without the noise of requests.
func faultOf(err error) (fault, string) {
	var api smithy.APIError
	if errors.As(err, &api) {
		reason := api.ErrorCode()
		if m := api.ErrorMessage(); m != "" {
			reason += ": " + m
		}
		for kind, list := range codes {
			if slices.Contains(list, api.ErrorCode()) {
				return kind, reason
			}
		}
		return otherFault, reason
	}
	var dns *net.DNSError
	var op *net.OpError
	var address *url.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return unreachable, fmt.Sprintf("no answer within %s", timeout)
	case errors.As(err, &dns):
		return unreachable, "no such host: " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED) && errors.As(err, &op):
		return unreachable, fmt.Sprintf("%v refuses the connection", op.Addr)
	case errors.As(err, &op):
		return unreachable, op.Err.Error()
	case errors.As(err, &address):
		return unreachable, address.Err.Error()
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		return absent, "it does not exist"
	case gcerrors.PermissionDenied:
		return denied, "permission denied"
	}
	if answer := (interface{ HTTPStatusCode() int })(nil); errors.As(err, &answer) {
		return otherFault, fmt.Sprintf("the answer has status %d", answer.HTTPStatusCode())
	}
	return otherFault, err.Error()
}
