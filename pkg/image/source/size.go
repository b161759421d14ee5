package source

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// MaxSize is the most that an image may take when it is unpacked, in bytes.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MaxSize = 10 << 30

// TooLarge is the problem of an image that exceeds MaxSize, with the largest of its
// files. Owner is Source.Owner.
func TooLarge(owner string, total int64, largest string, size int64) problem.Problem {
	return problem.Problem{
		Resource: owner,
		Summary:  "the image is larger than Lambda accepts",
		Detail: fmt.Sprintf("its files have %.1f GB, 10 GiB are possible; the largest is %s with %.1f GB "+
			"(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)", float64(total)/1e9, largest, float64(size)/1e9),
		Hint: "Put large data into a bucket, or let git ignore the file.",
	}
}

// checkSize refuses files that no image can have before they are read.
func checkSize(owner string, files []configrepo.File) error {
	var total int64
	var largest configrepo.File
	for _, f := range files {
		total += f.Size
		if f.Size > largest.Size {
			largest = f
		}
	}
	if total <= MaxSize {
		return nil
	}
	return TooLarge(owner, total, largest.Abs, largest.Size)
}
