package image

import (
	"context"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The properties of an image. Those in replacing make another image; a change
// of the others alone is written into the state and does nothing more.
var (
	inputs    = []resource.PropertyKey{"repositoryUrl", "environment", "contextPath", "handler", "sourceHash", "codeHash", "requirementsHash"}
	replacing = []resource.PropertyKey{"repositoryUrl", "environment", "sourceHash"}
	outputs   = []resource.PropertyKey{"imageUri", "digest", "tag"}
)

// Check implements plugin.Provider.
func (p *provider) Check(_ context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.CheckResponse{}, err
	}
	var failures []plugin.CheckFailure
	for _, key := range slices.Sorted(maps.Keys(r.News)) {
		if !slices.Contains(inputs, key) {
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: "an image has no such property"})
		}
	}
	for _, key := range inputs {
		value := r.News[key]
		switch {
		case value.IsComputed() || value.IsOutput():
		case value.IsNull():
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: "it is missing"})
		case !value.IsString() || value.StringValue() == "":
			failures = append(failures, plugin.CheckFailure{Property: key, Reason: "it must be a text that is not empty"})
		}
	}
	return plugin.CheckResponse{Properties: r.News, Failures: failures}, nil
}

// Diff implements plugin.Provider.
func (p *provider) Diff(_ context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.DiffResult{}, err
	}
	result := plugin.DiffResult{Changes: plugin.DiffNone, DetailedDiff: map[string]plugin.PropertyDiff{}}
	for _, key := range inputs {
		if r.OldInputs[key].DeepEquals(r.NewInputs[key]) {
			continue
		}
		result.Changes = plugin.DiffSome
		result.ChangedKeys = append(result.ChangedKeys, key)
		kind := plugin.DiffUpdate
		if slices.Contains(replacing, key) {
			kind = plugin.DiffUpdateReplace
			result.ReplaceKeys = append(result.ReplaceKeys, key)
		}
		result.DetailedDiff[string(key)] = plugin.PropertyDiff{Kind: kind, InputDiff: true}
	}
	if len(result.ReplaceKeys) == 0 {
		result.StableKeys = outputs
		p.keep(r.ID)
	}
	return result, nil
}

// text is a property's text, or "".
func text(m resource.PropertyMap, key resource.PropertyKey) string {
	if v := m[key]; v.IsString() {
		return v.StringValue()
	}
	return ""
}
