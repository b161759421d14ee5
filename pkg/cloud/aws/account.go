package aws

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

const checkCredentials = "credentials"

// account compares the credentials' account with the one that is configured.
func (c checker) account(ctx context.Context) []Finding {
	caller, err := c.identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return []Finding{c.refused(err)}
	}
	account := aws.ToString(caller.Account)
	if account != c.Account {
		return []Finding{{
			Check: checkCredentials, Level: check.Missing, Summary: "the credentials are of another account",
			Detail: fmt.Sprintf("AWS_ACCOUNT is %s; the credentials are of %s (%s)", c.Account, account, aws.ToString(caller.Arn)),
			Hint:   c.otherAccountHint(account),
		}}
	}
	return []Finding{{Check: checkCredentials, Level: check.OK, Summary: fmt.Sprintf("account %s as %s", account, aws.ToString(caller.Arn))}}
}

func (c checker) otherAccountHint(account string) string {
	if c.Endpoint != "" {
		return fmt.Sprintf("set AWS_ACCOUNT=%s, the account of the emulator at AWS_ENDPOINT_URL", account)
	}
	return fmt.Sprintf("use credentials of %s, for example with AWS_PROFILE, or set AWS_ACCOUNT=%s", c.Account, account)
}

// noCredentials says what became of the search. The SDK's own error tells of
// each place in turn, with addresses that few people have heard of.
func noCredentials(err error) Finding {
	f := Finding{
		Check: checkCredentials, Level: check.Missing, Fault: check.BadCredentials, Summary: "there are no usable AWS credentials",
		Detail: "looked in the environment, the shared files (AWS_PROFILE), single sign-on, and the machine's own role",
		Hint:   "run `aws sso login` or `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
	}
	if kind, reason := faultOf(err); kind == check.BadCredentials || kind == check.Denied {
		f.Detail = reason
	}
	return f
}

// refused says why AWS did not tell who the credentials are of.
func (c checker) refused(err error) Finding {
	kind, reason := faultOf(err)
	f := Finding{Check: checkCredentials, Level: check.Missing, Fault: kind, Detail: reason}
	switch kind {
	case check.BadCredentials:
		f.Summary, f.Hint = "AWS does not accept the credentials", "renew them: `aws sso login`, or new values in the environment"
	case check.Unreachable:
		f.Summary, f.Hint = "AWS does not answer", c.unreachableHint()
	default:
		f.Summary = "AWS does not say which account the credentials are of"
		f.Hint = "sts:GetCallerIdentity must not be denied"
	}
	return f
}

func (c checker) unreachableHint() string {
	if c.Endpoint != "" {
		return "start what answers at AWS_ENDPOINT_URL (" + c.Endpoint + "), or unset it"
	}
	return "look at the network and its proxies (HTTPS_PROXY), and whether AWS_REGION is a region"
}
