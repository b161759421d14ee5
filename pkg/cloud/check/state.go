package check

import (
	"context"
	"net/url"
	"strings"

	"github.com/dorc-dev/dorc/pkg/state"
)

// StateName is the Finding.Check of the state store.
const StateName = "state"

// Store is a state store to look at.
type Store struct {
	// URL is as for pkg/state's Open.
	URL string
	// Quick leaves out whether it can be written.
	Quick bool
	// Example is the URL of a store that would do, such as gs://my-bucket.
	Example string
	// Words are those of the cloud that has the store.
	Words Words
	// Unreachable is the hint for a store that does not answer.
	Unreachable string
}

// State asks whether the state store can be read and written, and keeps what is replaced.
func State(ctx context.Context, s Store) []Finding {
	access, err := state.Probe(ctx, s.URL, !s.Quick)
	place := placeOf(s.URL)
	switch {
	case err != nil:
		return []Finding{s.unusable("the state store cannot be opened", place, err)}
	case access.Read != nil:
		return []Finding{s.unusable("the state store cannot be read", place, access.Read)}
	case access.Write != nil:
		return []Finding{s.unusable("the state store cannot be written", place, access.Write)}
	case access.Unconditional:
		return []Finding{{
			Check: StateName, Level: Missing, Summary: "the state store does not keep two processes apart",
			Detail: place + " ignores If-None-Match on writes, so that locks would not hold",
			Hint:   "use a store with conditional writes, such as S3, Google Cloud Storage or Azure Blob Storage",
		}}
	case strings.HasPrefix(s.URL, "file://"):
		return []Finding{{
			Check: StateName, Level: Warning, Summary: "the state is a folder of this machine",
			Detail: place + " is not seen by anyone else, and is lost with the disk",
			Hint:   "set INFRA_BUCKET to a bucket with versioning, such as " + s.Example,
		}}
	case access.Versioning != nil && !*access.Versioning:
		return []Finding{{
			Check: StateName, Level: Warning, Summary: "the state bucket keeps no versions",
			Detail: place + ": a state file that is deleted or damaged by mistake cannot be had back",
			Hint:   "enable versioning of the bucket",
		}}
	}
	return []Finding{{Check: StateName, Level: OK, Summary: place + withVersions(access, s.Quick)}}
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

// unusable says why a store cannot be used. Permissions are those of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html and
// https://cloud.google.com/storage/docs/access-control/iam-roles.
func (s Store) unusable(summary, place string, err error) Finding {
	kind, reason := FaultOf(err, s.Words)
	f := Finding{Check: StateName, Level: Missing, Fault: kind, Summary: summary, Detail: place + ": " + reason}
	switch kind {
	case Absent:
		f.Summary, f.Detail = "the state bucket does not exist", place
		f.Hint = "create it with versioning and encryption, or set INFRA_BUCKET to another"
	case Denied:
		switch {
		case strings.HasPrefix(place, "s3://"):
			f.Hint = "the credentials need s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects"
		case strings.HasPrefix(place, "gs://"):
			f.Hint = "the credentials need roles/storage.objectAdmin on the bucket, and roles/storage.legacyBucketReader for a look at its versioning"
		default:
			f.Hint = "the credentials need to list the store, and to read, write and delete in it"
		}
	case Elsewhere:
		f.Summary, f.Hint = "the state bucket is in another region", "name it: INFRA_BUCKET="+place+"?region=…"
	case Unreachable:
		f.Hint = s.Unreachable
	case BadCredentials:
		f.Hint = "renew the credentials"
	default:
		f.Hint = "look at INFRA_BUCKET; its form is " + s.Example
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
