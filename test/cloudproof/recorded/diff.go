package recorded

import (
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// diff compares inputs as the real provider does: what changed, and whether the
// facts say that it replaces the resource.
func diff(inputs object, olds, news resource.PropertyMap) plugin.DiffResponse {
	found := olds.Diff(news, resource.IsInternalPropertyKey)
	if found == nil || !found.AnyChanges() {
		return plugin.DiffResponse{Changes: plugin.DiffNone}
	}
	d := plugin.DiffResponse{Changes: plugin.DiffSome, DetailedDiff: plugin.NewDetailedDiffFromObjectDiff(found, true)}
	for at, change := range d.DetailedDiff {
		path, err := resource.ParsePropertyPath(at)
		if err != nil || len(path) == 0 {
			continue
		}
		top, _ := path[0].(string)
		key := resource.PropertyKey(top)
		if !slices.Contains(d.ChangedKeys, key) {
			d.ChangedKeys = append(d.ChangedKeys, key)
		}
		if !replaces(inputs, path) {
			continue
		}
		d.DetailedDiff[at] = change.ToReplace()
		if !slices.Contains(d.ReplaceKeys, key) {
			d.ReplaceKeys = append(d.ReplaceKeys, key)
		}
	}
	slices.Sort(d.ChangedKeys)
	slices.Sort(d.ReplaceKeys)
	return d
}

// replaces says whether a property on the path forces a replacement.
func replaces(o object, path resource.PropertyPath) bool {
	for _, element := range path {
		name, ok := element.(string)
		if !ok {
			continue // an index: the elements have the list's block
		}
		f := o[name]
		if f == nil {
			return false
		}
		if f.replace {
			return true
		}
		o = f.inner
	}
	return false
}
