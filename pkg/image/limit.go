package image

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// maxUnpacked is the most that an image may take when it is unpacked, in bytes.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxUnpacked = 10 << 30

// checkSize refuses files that no image can have, before they are compressed. What
// the base adds is known to the push alone.
func checkSize(r Request, parts ...[]layer.Entry) error {
	var total int64
	var largest layer.Entry
	for _, entries := range parts {
		for _, e := range entries {
			total += e.Size
			if e.Size > largest.Size {
				largest = e
			}
		}
	}
	if total <= maxUnpacked {
		return nil
	}
	return problem.Problem{
		Resource: "function " + r.Snapshot.Function.ID(),
		Summary:  "the image is larger than Lambda accepts",
		Detail: fmt.Sprintf("its files have %.1f GB, 10 GiB are possible; the largest is /%s with %.1f GB "+
			"(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)", float64(total)/1e9, largest.Name, float64(largest.Size)/1e9),
		Hint: "Put large data into a bucket, or let git ignore the file.",
	}
}
