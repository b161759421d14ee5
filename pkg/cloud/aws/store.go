package aws

import (
	"context"
	"net/url"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// state asks whether the state store can be read and written, and keeps what is replaced.
func (c checker) state(ctx context.Context) []Finding {
	return check.State(ctx, check.Store{
		URL: c.State, Quick: c.Quick, Example: "s3://my-bucket?region=" + c.Region, Words: words, Unreachable: c.unreachableHint(),
	})
}

// stateNeedsCredentials says whether the store is asked with the same credentials.
func (c checker) stateNeedsCredentials() bool {
	u, err := url.Parse(c.State)
	if err != nil || u.Scheme != "s3" {
		return false
	}
	own := u.Query()
	return own.Get("profile") == "" && own.Get("anonymous") == ""
}
