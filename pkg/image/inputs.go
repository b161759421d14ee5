package image

import (
	"context"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/image/source"
)

// The properties of an image. Those in replacing make another image; a change
// of the others alone is written into the state and does nothing more.
var (
	required = []resource.PropertyKey{"repositoryUrl", "environment", "contextPath", "handler", "builder", "codeHash", "requirementsHash"}
	optional = []resource.PropertyKey{"base", "baseDigest", "python", "sharedCode", "sharedHash", "contextHash"}
	inputs   = slices.Concat(required, optional)
	// The order is that of a plan.
	replacing = []resource.PropertyKey{
		"codeHash", "requirementsHash", "base", "baseDigest", "python", "sharedHash", "contextHash",
		"builder", "handler", "repositoryUrl", "environment",
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
			fail(key, "it is missing")
		case !value.IsString() || value.StringValue() == "":
			fail(key, "it must be a text that is not empty")
		}
	}
	checked := r.News
	if len(failures) == 0 && text(r.News, "base") != "" && text(r.News, "baseDigest") == "" {
		digest, err := p.baseDigest(ctx, r)
		if err != nil {
			return plugin.CheckResponse{}, err
		}
		if digest != "" {
			checked = r.News.Copy()
			checked["baseDigest"] = resource.NewProperty(digest)
		}
	}
	return plugin.CheckResponse{Properties: checked, Failures: failures}, nil
}

// baseDigest is what the base means today. When its registry cannot be asked, an
// image that is there already stays on the base that it has: a registry that is
// down must not keep anyone from applying something else.
func (p *provider) baseDigest(ctx context.Context, r plugin.CheckRequest) (string, error) {
	reference := text(r.News, "base")
	digest, err := p.maker.BaseDigest(ctx, reference)
	if err == nil {
		return digest, nil
	}
	if old := text(r.Olds, "baseDigest"); old != "" && text(r.Olds, "base") == reference && ctx.Err() == nil {
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
		Hashes: source.Hashes{
			Code: text(m, "codeHash"), Requirements: text(m, "requirementsHash"),
			Shared: text(m, "sharedHash"), Context: text(m, "contextHash"),
		},
		Builder: source.Builder(text(m, "builder")),
		Base:    text(m, "base"), BaseDigest: text(m, "baseDigest"), Python: text(m, "python"),
	}
}

// text is a property's text, or "".
func text(m resource.PropertyMap, key resource.PropertyKey) string {
	if v := m[key]; v.IsString() {
		return v.StringValue()
	}
	return ""
}
