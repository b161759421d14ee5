package aws

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// autoname says how pulumi-aws names a type when the program does not.
type autoname struct {
	// property is the one that gets the name.
	property string
	// unless is a property that replaces the name, such as namePrefix.
	unless string
	// max is the longest name; longer ones are an error, not cut.
	max int
	// lower makes the name lower-case.
	lower bool
}

// autonameDigits is how many random hex digits Pulumi puts behind a name.
const autonameDigits = 7

// autoname returns the name to use, or "" when one is given or none may be made.
func (k *kind) autoname(req plugin.CheckRequest, in resource.PropertyMap) (string, error) {
	if k.auto == nil || in.HasValue(resource.PropertyKey(k.auto.property)) {
		return "", nil
	}
	if k.auto.unless != "" && in.HasValue(resource.PropertyKey(k.auto.unless)) {
		return k.prefixed(req, in)
	}
	if name := previousName(req.Olds, k.auto.property); name != "" {
		return name, nil
	}
	if req.Autonaming != nil {
		switch req.Autonaming.Mode {
		case plugin.AutonamingModeDisabled:
			return "", nil
		case plugin.AutonamingModeEnforce:
			return req.Autonaming.ProposedName, nil
		case plugin.AutonamingModePropose:
			return k.auto.shape(req.Autonaming.ProposedName), nil
		}
	}
	return resource.NewUniqueName(req.RandomSeed, k.auto.shape(req.URN.Name())+"-", autonameDigits, k.auto.max, nil)
}

// prefixed makes a name of a prefix that the program gives, as Terraform does.
func (k *kind) prefixed(req plugin.CheckRequest, in resource.PropertyMap) (string, error) {
	prefix := open(in[resource.PropertyKey(k.auto.unless)])
	if !prefix.IsString() {
		return "", nil // not known yet
	}
	if name := previousName(req.Olds, k.auto.property); strings.HasPrefix(name, prefix.StringValue()) && name != "" {
		return name, nil
	}
	name, err := resource.NewUniqueName(req.RandomSeed, prefix.StringValue(), 26, 0, nil)
	if err == nil && len(name) > k.auto.max {
		err = fmt.Errorf("with 26 digits behind it, %s is longer than %d characters", k.auto.unless, k.auto.max)
	}
	return name, err
}

func (a *autoname) shape(name string) string {
	if a.lower {
		return strings.ToLower(name)
	}
	return name
}

// previousName is the name that an earlier check made.
func previousName(olds resource.PropertyMap, property string) string {
	made := olds[defaultsKey]
	if !made.IsArray() {
		return ""
	}
	for _, n := range made.ArrayValue() {
		if n.IsString() && n.StringValue() == property {
			if v := open(olds[resource.PropertyKey(property)]); v.IsString() {
				return v.StringValue()
			}
		}
	}
	return ""
}
