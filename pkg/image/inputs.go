package image

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/image/source"
)

// The properties of an image. Those in replacing make another image; a change
// of the others alone is written into the state and does nothing more.
var (
	required = []resource.PropertyKey{"repositoryUrl", "environment", "contextPath", "builder", "codeHash", "requirementsHash"}
	optional = []resource.PropertyKey{
		"kind", "handler", "main", "base", "baseDigest", "sdk", "sdkDigest", "python", "sharedCode", "sharedHash", "contextHash",
	}
	inputs = slices.Concat(required, optional)
	// The order is that of a plan.
	replacing = []resource.PropertyKey{
		"codeHash", "requirementsHash", "base", "baseDigest", "sdk", "sdkDigest", "python", "sharedHash", "contextHash",
		"builder", "kind", "handler", "main", "repositoryUrl", "environment",
	}
	outputs = []resource.PropertyKey{"imageUri", "digest", "tag"}
)

// Check implements plugin.Provider. It finds out which image the base means today,
// so that a plan shows a base that has moved.
func (p *provider) Check(ctx context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.CheckResponse{}, err
	}
	var failures []plugin.CheckFailure
	fail := func(key resource.PropertyKey, reason string) {
		failures = append(failures, plugin.CheckFailure{Property: key, Reason: reason})
	}
	for _, key := range slices.Sorted(maps.Keys(r.News)) {
		if !slices.Contains(inputs, key) {
			fail(key, "an image has no such property")
		}
	}
	for _, key := range inputs {
		value := r.News[key]
		switch {
		case value.IsComputed() || value.IsOutput():
		case value.IsNull() && slices.Contains(optional, key):
		case value.IsNull():
			fail(key, missing)
		case !value.IsString() || value.StringValue() == "":
			fail(key, "it must be a text that is not empty")
		}
	}
	for key, reason := range ofKind(r.News) {
		if r.News[key].IsNull() == (reason == missing) {
			fail(key, reason)
		}
	}
	slices.SortFunc(failures, func(a, b plugin.CheckFailure) int { return cmp.Compare(a.Property, b.Property) })
	if len(failures) > 0 {
		return plugin.CheckResponse{Properties: r.News, Failures: failures}, nil
	}
	checked := r.News.Copy()
	for name, key := range map[resource.PropertyKey]resource.PropertyKey{"base": "baseDigest", "sdk": "sdkDigest"} {
		if text(r.News, name) == "" || text(r.News, key) != "" {
			continue
		}
		digest, err := p.baseDigest(ctx, r, name, key)
		if err != nil {
			return plugin.CheckResponse{}, err
		}
		if digest != "" {
			checked[key] = resource.NewProperty(digest)
		}
	}
	return plugin.CheckResponse{Properties: checked}, nil
}

const missing = "it is missing"

// ofKind are the properties that the image's kind must have or cannot have.
func ofKind(m resource.PropertyMap) map[resource.PropertyKey]string {
	switch kind := source.Kind(text(m, "kind")); kind {
	case source.KindFunction:
		return map[resource.PropertyKey]string{
			"handler": missing, "main": "a function has a handler", "sdk": "a function has no SDK of Beam", "sdkDigest": "a function has no SDK of Beam",
		}
	case source.KindFlexTemplate, source.KindBeamWorker:
		return map[resource.PropertyKey]string{"main": missing, "base": missing, "sdk": missing, "handler": "it is a function's"}
	case source.KindDbt:
		return map[resource.PropertyKey]string{
			"base": missing, "main": "a dbt project has none", "handler": "it is a function's", "sdk": "a dbt project has no SDK of Beam", "sdkDigest": "a dbt project has no SDK of Beam",
		}
	default:
		return map[resource.PropertyKey]string{"kind": fmt.Sprintf("%q is given; possible are %q", kind, source.Kinds)}
	}
}

// baseDigest is what the base, or the SDK, means today. When its registry cannot be
// asked, an image that is there already stays on the one that it has: a registry
// that is down must not keep anyone from applying something else.
func (p *provider) baseDigest(ctx context.Context, r plugin.CheckRequest, name, key resource.PropertyKey) (string, error) {
	reference := text(r.News, name)
	digest, err := p.maker.BaseDigest(ctx, reference)
	if err == nil {
		return digest, nil
	}
	if old := text(r.Olds, key); old != "" && text(r.Olds, name) == reference && ctx.Err() == nil {
		p.Say(r.URN, "which image "+reference+" is today cannot be found out; the one in use stays: "+err.Error())
		return old, nil
	}
	return "", err
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

// inputsOf are the inputs among a resource's properties.
func inputsOf(m resource.PropertyMap) Inputs {
	return Inputs{
		Kind: source.Kind(text(m, "kind")),
		Hashes: source.Hashes{
			Code: text(m, "codeHash"), Requirements: text(m, "requirementsHash"),
			Shared: text(m, "sharedHash"), Context: text(m, "contextHash"),
		},
		Builder: source.Builder(text(m, "builder")),
		Base:    text(m, "base"), BaseDigest: text(m, "baseDigest"),
		SDK: text(m, "sdk"), SDKDigest: text(m, "sdkDigest"), Main: text(m, "main"), Python: text(m, "python"),
	}
}

// text is a property's text, or "".
func text(m resource.PropertyMap, key resource.PropertyKey) string {
	if v := m[key]; v.IsString() {
		return v.StringValue()
	}
	return ""
}
