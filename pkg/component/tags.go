package component

import (
	"maps"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/naming"
)

// Tag puts the tags on every resource that has tags and is created in this stack
// after the call, also on those that a program adds beside dorc's. It is a stack
// transformation. A tag that a resource sets itself wins; so does the first of
// two calls that set one key.
//
// On Google Cloud they are labels, as naming.Label makes them. A tag that cannot
// be one is left out: config.Universal.Google has refused it for dorc's own
// programs.
func Tag(ctx *pulumi.Context, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	tags = maps.Clone(tags)
	labels := map[string]string{}
	for key, value := range tags {
		if k, v, err := naming.Label(key, value); err == nil {
			labels[k] = v
		}
	}
	return ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		if strings.HasPrefix(args.Type, "gcp:") {
			setTags(args.Props, "Labels", labels)
		} else {
			setTags(args.Props, "Tags", tags)
		}
		return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: args.Opts}
	})
}

var stringMapInput = reflect.TypeFor[pulumi.StringMapInput]()

// setTags merges the tags under a field of a resource's arguments. The SDKs of
// every cloud generate such a field for each resource that has tags, so nothing
// here has to know which those are.
func setTags(props pulumi.Input, name string, tags map[string]string) {
	v := reflect.ValueOf(props)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return
	}
	field := v.Elem().FieldByName(name)
	if !field.IsValid() || field.Type() != stringMapInput || !field.CanSet() {
		return
	}
	var own pulumi.StringMapInput
	if !field.IsNil() {
		own = field.Interface().(pulumi.StringMapInput)
	}
	field.Set(reflect.ValueOf(mergeTags(tags, own)))
}

func mergeTags(tags map[string]string, own pulumi.StringMapInput) pulumi.StringMapInput {
	merged := pulumi.StringMap{}
	for k, v := range tags {
		merged[k] = pulumi.String(v)
	}
	switch own := own.(type) {
	case nil:
		return merged
	case pulumi.StringMap:
		maps.Copy(merged, own)
		return merged
	default:
		return own.ToStringMapOutput().ApplyT(func(values map[string]string) map[string]string {
			all := maps.Clone(tags)
			maps.Copy(all, values)
			return all
		}).(pulumi.StringMapOutput)
	}
}
