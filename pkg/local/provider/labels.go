package provider

import (
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// labelled reports whether the type has labels.
func (k *Kind) labelled() bool {
	_, ok := k.Schema().Props[k.cloud.Labels.Property]
	return ok
}

// allLabels are the default labels of the provider with the resource's own over them.
func (c *Call) allLabels() resource.PropertyValue {
	all := make(resource.PropertyMap, len(c.P.Labels))
	for k, v := range c.P.Labels {
		all[resource.PropertyKey(k)] = resource.NewStringProperty(v)
	}
	if own, ok := c.In[resource.PropertyKey(c.Kind.cloud.Labels.Property)]; ok {
		if !own.IsObject() {
			return unknown
		}
		for k, v := range own.ObjectValue() {
			all[k] = v
		}
	}
	return resource.NewObjectProperty(all)
}

// compareLabels adds the change of the outputs with all labels when the provider's
// default labels changed and the resource's own did not, which would show already.
func (c *Call) compareLabels(olds resource.PropertyMap, detailed map[string]plugin.PropertyDiff) {
	for path := range detailed {
		if topOf(path) == c.Kind.cloud.Labels.Property {
			return
		}
	}
	now := c.allLabels()
	for _, name := range c.Kind.cloud.Labels.All {
		old := olds[resource.PropertyKey(name)]
		if old.V == nil {
			old = resource.NewObjectProperty(resource.PropertyMap{})
		}
		if !now.ContainsUnknowns() && !old.DeepEquals(now) {
			detailed[name] = plugin.PropertyDiff{Kind: plugin.DiffUpdate}
		}
	}
}
