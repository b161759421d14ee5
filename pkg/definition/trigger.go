package definition

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/dorc-dev/dorc/pkg/awsrules/schedule"
)

const bucketPattern = `^[A-Za-z0-9][A-Za-z0-9._-]*$`

var bucketRegexp = regexp.MustCompile(bucketPattern)

const (
	maxBucketName = 63
	// maxKey is the longest key of an object in bytes,
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
	maxKey = 1024
)

// trigger checks that exactly one form is written, and that form.
func (v *validator) trigger(t *Trigger, path string) {
	written, object := field(path, "schedule"), field(path, "object")
	switch {
	case v.source.Has(written) && v.source.Has(object):
		v.refuse(path, "a trigger has a schedule and an object", "exactly one starts the pipeline",
			"Make two triggers of it.")
	case v.source.Has(written):
		v.schedule(t.Schedule, written)
	case t.Object != nil:
		v.object(t.Object, object)
	default:
		v.refuse(path, "a trigger has neither a schedule nor an object", "",
			"Write schedule: rate(1 day), or object: {bucket: <name>, prefix: <beginning of the key>}")
	}
}

// schedule checks an expression as EventBridge does.
func (v *validator) schedule(expression, path string) {
	_, err := schedule.Parse(expression)
	var refused *schedule.Error
	if errors.As(err, &refused) {
		v.refuse(path, "the schedule is not one that EventBridge accepts: "+refused.Reason, refused.Rule+" ("+schedule.Source+")", refused.Hint)
	}
}

func (v *validator) object(o *ObjectTrigger, path string) {
	bucket := field(path, "bucket")
	switch {
	case !v.source.Has(bucket):
		v.refuse(path, "an object trigger has no bucket", "", "Name one of the environment's data_buckets: bucket: <name>")
	case !bucketRegexp.MatchString(o.Bucket) || len(o.Bucket) > maxBucketName:
		v.refuse(bucket, fmt.Sprintf("%q cannot be the name of a bucket", shorten(o.Bucket)),
			fmt.Sprintf("a name has letters, digits, . - and _, at most %d", maxBucketName),
			"Name one of the environment's data_buckets, or a bucket's full name.")
	}
	if len(o.Prefix) > maxKey {
		v.refuse(field(path, "prefix"), "the prefix is longer than any key",
			fmt.Sprintf("%d bytes; a key has at most %d (S3)", len(o.Prefix), maxKey), "Shorten it.")
	}
}
