package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// tagsVersion is the version of the stock CLI's file of stack tags. Source:
// pulumi/pkg backend/diy/stack_tags.go.
const tagsVersion = 1

// TagTarget is the tag that says where a stack lives.
const TagTarget = "dorc:target"

type tagsFile struct {
	Version int               `json:"version"`
	Tags    map[string]string `json:"tags"`
}

// Tags are the stack's tags, which the stock CLI reads and writes too. A stack
// without any has an empty map.
func (st *Stack) Tags(ctx context.Context) (map[string]string, error) {
	if err := checkName(st.name); err != nil {
		return nil, err
	}
	data, _, err := st.bucket.read(ctx, st.tagsKey())
	if errors.Is(err, errNotFound) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, st.store.unusable("the stack's tags cannot be read", st.tagsKey(), err)
	}
	var f tagsFile
	place := st.bucket.location(st.tagsKey())
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, problem.Problem{
			File: place, Summary: "the file of the stack's tags is damaged", Detail: err.Error(),
			Hint: "put it back from a backup; without it dorc does not know the stack's target",
		}
	}
	if f.Version != tagsVersion {
		return nil, problem.Problem{
			File: place, Summary: fmt.Sprintf("the file of the stack's tags has version %d, dorc knows %d", f.Version, tagsVersion),
			Hint: "use a newer dorc; nothing was changed",
		}
	}
	if f.Tags == nil {
		f.Tags = map[string]string{}
	}
	return f.Tags, nil
}

// SetTags replaces the stack's tags. Without tags the file is removed.
func (st *Stack) SetTags(ctx context.Context, lease *Lease, tags map[string]string) error {
	return st.bucket.guarded(ctx, st.guardKey(), func() error {
		if err := lease.verifyRemote(ctx); err != nil {
			return err
		}
		if len(tags) == 0 {
			if err := st.bucket.remove(ctx, st.tagsKey()); err != nil {
				return st.store.unusable("the stack's tags cannot be removed", st.tagsKey(), err)
			}
			return nil
		}
		data, err := compactJSON{}.Marshal(tagsFile{Version: tagsVersion, Tags: tags})
		if err != nil {
			return err
		}
		if err := st.bucket.write(ctx, st.tagsKey(), data, condition{}); err != nil {
			return st.store.unusable("the stack's tags cannot be written", st.tagsKey(), err)
		}
		return nil
	})
}
