package artifact

import (
	"errors"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/artifact/bucket"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// tampered says that an artifact is not what it was when it was built.
func tampered(id, detail string) error {
	return problem.Problem{
		Resource: "artifact " + id, Summary: "the artifact is not what was built",
		Detail: detail + "; nothing was changed",
		Hint:   "Build it again under a new commit, or deploy another one. Someone or something writes into the artifacts bucket besides dorc: look who can.",
	}
}

func newerSchema(resource string, schema int) error {
	return problem.Problem{
		Resource: resource, Summary: "another version of dorc wrote it",
		Detail: fmt.Sprintf("its schema is %d; this dorc knows %d", schema, SchemaVersion),
		Hint:   "Use a version of dorc that is at least as new as the one that wrote it.",
	}
}

// inBucket names the bucket in an error that a person can mend.
func inBucket(b bucket.Bucket, err error) error {
	if !errors.Is(err, bucket.ErrNoBucket) {
		return err
	}
	return problem.Problem{
		Resource: b.URL(), Summary: "there is no such bucket",
		Detail: "it was not applied yet, or the account cannot see it",
		Hint:   "Apply universal and the environment first.",
	}
}
