package provider

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Autoname says how Pulumi names a type when the program does not.
type Autoname struct {
	// Property is the one that gets the name.
	Property string
	// Unless is a property that replaces the name, such as namePrefix.
	Unless string
	// Max is the longest name; longer ones are an error, not cut.
	Max int
	// Lower makes the name lower-case.
	Lower bool
	// Also gets the same name when it is not given, as a project's display name
	// does. Default: nothing.
	Also string
}

// autonameDigits is how many random hex digits Pulumi puts behind a name.
const autonameDigits = 7

// autoname returns the name to use, or "" when one is given or none may be made.
func (k *Kind) autoname(req plugin.CheckRequest, in resource.PropertyMap) (string, error) {
	if k.Auto == nil || in.HasValue(resource.PropertyKey(k.Auto.Property)) {
		return "", nil
	}
	if k.Auto.Unless != "" && in.HasValue(resource.PropertyKey(k.Auto.Unless)) {
		return k.prefixed(req, in)
	}
	if name := previousName(req.Olds, k.Auto.Property); name != "" {
		return name, nil
	}
	if req.Autonaming != nil {
		switch req.Autonaming.Mode {
		case plugin.AutonamingModeDisabled:
			return "", nil
		case plugin.AutonamingModeEnforce:
			return req.Autonaming.ProposedName, nil
		case plugin.AutonamingModePropose:
			return k.Auto.shape(req.Autonaming.ProposedName), nil
		}
	}
	return resource.NewUniqueName(req.RandomSeed, k.Auto.shape(req.URN.Name())+"-", autonameDigits, k.Auto.Max, nil)
}

// prefixed makes a name of a prefix that the program gives, as Terraform does.
func (k *Kind) prefixed(req plugin.CheckRequest, in resource.PropertyMap) (string, error) {
	prefix := Open(in[resource.PropertyKey(k.Auto.Unless)])
	if !prefix.IsString() {
		return "", nil // not known yet
	}
	if name := previousName(req.Olds, k.Auto.Property); strings.HasPrefix(name, prefix.StringValue()) && name != "" {
		return name, nil
	}
	name, err := resource.NewUniqueName(req.RandomSeed, prefix.StringValue(), 26, 0, nil)
	if err == nil && len(name) > k.Auto.Max {
		err = fmt.Errorf("with 26 digits behind it, %s is longer than %d characters", k.Auto.Unless, k.Auto.Max)
	}
	return name, err
}

func (a *Autoname) shape(name string) string {
	if a.Lower {
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
			if v := Open(olds[resource.PropertyKey(property)]); v.IsString() {
				return v.StringValue()
			}
		}
	}
	return ""
}
