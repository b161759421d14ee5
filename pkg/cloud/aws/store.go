package aws

import (
	"context"
	"net/url"
	"strings"

	"github.com/dorc-dev/dorc/pkg/state"
)

const checkState = "state"

// state asks whether the state store can be read and written, and keeps what is replaced.
func (c checker) state(ctx context.Context) []Finding {
	access, err := state.Probe(ctx, c.State, !c.Quick)
	place := placeOf(c.State)
	switch {
	case err != nil:
		return []Finding{c.unusable("the state store cannot be opened", place, err)}
	case access.Read != nil:
		return []Finding{c.unusable("the state store cannot be read", place, access.Read)}
	case access.Write != nil:
		return []Finding{c.unusable("the state store cannot be written", place, access.Write)}
	case access.Unconditional:
		return []Finding{{
			Check: checkState, Level: Missing, Summary: "the state store does not keep two processes apart",
			Detail: place + " ignores If-None-Match on writes, so that locks would not hold",
			Hint:   "use a store with conditional writes, such as S3, Google Cloud Storage or Azure Blob Storage",
		}}
	case strings.HasPrefix(c.State, "file://"):
		return []Finding{{
			Check: checkState, Level: Warning, Summary: "the state is a folder of this machine",
			Detail: place + " is not seen by anyone else, and is lost with the disk",
			Hint:   "set INFRA_BUCKET to a bucket with versioning, such as s3://my-bucket?region=" + c.Region,
		}}
	case access.Versioning != nil && !*access.Versioning:
		return []Finding{{
			Check: checkState, Level: Warning, Summary: "the state bucket keeps no versions",
			Detail: place + ": a state file that is deleted or damaged by mistake cannot be had back",
			Hint:   "enable versioning of the bucket",
		}}
	}
	return []Finding{{Check: checkState, Level: OK, Summary: place + withVersions(access, c.Quick)}}
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

func withVersions(a state.Access, quick bool) string {
	can := ", readable and writable"
	if quick {
		can = ", readable"
	}
	if a.Versioning != nil {
		can += ", with versioning"
	}
	return can
}

func (c checker) unusable(summary, place string, err error) Finding {
	kind, reason := faultOf(err)
	f := Finding{Check: checkState, Level: Missing, fault: kind, Summary: summary, Detail: place + ": " + reason}
	switch kind {
	case absent:
		f.Summary, f.Detail = "the state bucket does not exist", place
		f.Hint = "create it with versioning and encryption, or set INFRA_BUCKET to another"
	case denied:
		f.Hint = "the credentials need s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects"
	case elsewhere:
		f.Summary, f.Hint = "the state bucket is in another region", "name it: INFRA_BUCKET="+place+"?region=…"
	case unreachable:
		f.Hint = c.unreachableHint()
	case badCredentials:
		f.Hint = "renew the credentials"
	default:
		f.Hint = "look at INFRA_BUCKET; its form is s3://bucket/folder?region=" + c.Region
	}
	if !strings.HasPrefix(place, "s3://") && kind == denied {
		f.Hint = "the credentials need to list the store, and to read, write and delete in it"
	}
	return f
}

// placeOf is the store without its query, which may name credentials.
func placeOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "INFRA_BUCKET"
	}
	u.RawQuery, u.User, u.Fragment = "", nil, ""
	return u.String()
}
