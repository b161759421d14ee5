package recorded

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// created is when everything was created.
var created = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// answer makes up the outputs of a creation. The formats are those of the local
// cloud, which computes them from inputs that are all known; nothing is stored
// there, and whether it would accept the resource is not asked.
func (p *provider) answer(ctx context.Context, urn resource.URN, in resource.PropertyMap) (resource.ID, resource.PropertyMap, error) {
	formats, err := p.recorder.pack.formats(p)
	if err != nil {
		return "", nil, err
	}
	r, err := formats.Create(ctx, plugin.CreateRequest{URN: urn, Type: urn.Type(), Name: urn.Name(), Properties: in, Preview: true})
	if err != nil {
		return "", nil, err
	}
	out := resource.PropertyMap{}
	for key, v := range r.Properties {
		out[key] = madeUp(key, v)
	}
	if host := p.recorder.options.Registry; host != "" && urn.Type() == "aws:ecr/repository:Repository" {
		out["repositoryUrl"] = resource.NewStringProperty(host + "/" + text(out["name"]))
	}
	id, err := p.recorder.pack.types[urn.Type()].identify(out)
	return resource.ID(id), out, err
}

// madeUp puts something in the place of what is computed: a date or a counter, or the
// bucket of a Composer environment, whose name has a part that Google draws.
func madeUp(key resource.PropertyKey, v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsComputed() && key == "dagGcsPrefix":
		return resource.NewStringProperty("gs://europe-west2-exampledorc-0123abcd-bucket/dags")
	case v.IsComputed():
		return resource.NewStringProperty(created.Format(time.RFC3339))
	case v.IsObject():
		out := resource.PropertyMap{}
		for inner, value := range v.ObjectValue() {
			out[inner] = madeUp(inner, value)
		}
		return resource.NewObjectProperty(out)
	}
	return v
}

// identify joins the properties that make the ID, or puts them into its path.
func (r *resourceType) identify(out resource.PropertyMap) (string, error) {
	if r.path != "" {
		var missing error
		id := inPath.ReplaceAllStringFunc(r.path, func(name string) string {
			part := text(out[resource.PropertyKey(strings.Trim(name, "{}"))])
			if part == "" {
				missing = fmt.Errorf("the ID's property %s has no value", name)
			}
			return part
		})
		return id, missing
	}
	var parts []string
	for _, name := range r.id {
		part := text(out[resource.PropertyKey(name)])
		if name == "id" { // the last part of the ARN, as sg-0123
			arn := text(out["arn"])
			part = arn[strings.LastIndexByte(arn, '/')+1:]
		}
		if part == "" {
			return "", fmt.Errorf("the ID's property %s has no value", name)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, r.sep), nil
}

// inPath is a property in the path of an ID.
var inPath = regexp.MustCompile(`\{\w+\}`)

func text(v resource.PropertyValue) string {
	if v.IsString() {
		return v.StringValue()
	}
	return ""
}
