package image

import (
	"github.com/dorc-dev/dorc/pkg/image/layer"
	"github.com/dorc-dev/dorc/pkg/image/source"
)

// checkSize refuses files that no image can have, before they are compressed. What
// the base adds is known to the push alone.
func checkSize(r Request, parts ...[]layer.Entry) error {
	if r.Snapshot.Kind != source.KindFunction {
		return nil // the limit is Lambda's
	}
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
	if total <= source.MaxSize {
		return nil
	}
	return source.TooLarge(r.Snapshot.Owner(), total, "/"+largest.Name, largest.Size)
}
