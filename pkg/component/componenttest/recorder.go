package componenttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Resource is a resource as it was registered.
type Resource struct {
	Type   string         `json:"type"`
	Name   string         `json:"name"`
	Parent string         `json:"parent,omitempty"`
	Inputs map[string]any `json:"inputs,omitempty"`
	// DependsOn are the types and names of what it waits for, sorted; golden files
	// do not have them.
	DependsOn []string `json:"-"`
}

// Result is what a program registered.
type Result struct {
	// Resources are sorted by type and name, without the stack itself.
	Resources []Resource `json:"resources"`
	// Exports are the stack's outputs.
	Exports map[string]any `json:"exports"`
	// Calls are the functions of providers that were called, in their order.
	Calls []string `json:"-"`
}

// Find returns the resource of a type and name, or nil.
func (r *Result) Find(typ, name string) *Resource {
	for i := range r.Resources {
		if r.Resources[i].Type == typ && r.Resources[i].Name == name {
			return &r.Resources[i]
		}
	}
	return nil
}

// Options say what a program finds around it.
type Options struct {
	// Stack is the program's stack. Default: "test".
	Stack string
	// Stacks are the outputs of other stacks by their full names.
	Stacks map[string]map[string]any
	// Preview runs the program as a plan does.
	Preview bool
}

// Account and Region are where every recorded program lives.
const (
	Account = "123456789012"
	Region  = "eu-west-2"
)

// Run runs a program and records what it registers.
func Run(o Options, body pulumi.RunFunc) (*Result, error) {
	if o.Stack == "" {
		o.Stack = "test"
	}
	r := &recorder{options: o}
	exports := make(chan map[string]any, 1)
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		if err := body(ctx); err != nil {
			return err
		}
		all := ctx.GetCurrentExportMap()
		if len(all) == 0 {
			exports <- map[string]any{}
			return nil
		}
		pulumi.Map(all).ToMapOutput().ApplyT(func(m map[string]any) map[string]any {
			exports <- m
			return m
		})
		return nil
	}, pulumi.WithMocks("Pipelines", o.Stack, r), func(info *pulumi.RunInfo) { info.DryRun = o.Preview })
	slices.SortFunc(r.resources, func(a, b Resource) int {
		return strings.Compare(a.Type+"\x00"+a.Name, b.Type+"\x00"+b.Name)
	})
	result := &Result{Resources: r.resources, Calls: r.calls}
	if err == nil {
		result.Exports = <-exports
	}
	return result, err
}

type recorder struct {
	options   Options
	mutex     sync.Mutex
	resources []Resource
	calls     []string
}

// Call implements pulumi.MockResourceMonitor.
func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	r.mutex.Lock()
	r.calls = append(r.calls, args.Token)
	r.mutex.Unlock()
	switch args.Token {
	case "aws:index/getCallerIdentity:getCallerIdentity":
		return resource.NewPropertyMapFromMap(map[string]any{"accountId": Account}), nil
	case "aws:index/getRegion:getRegion":
		return resource.NewPropertyMapFromMap(map[string]any{"name": Region}), nil
	case "gcp:organizations/getProject:getProject":
		return resource.NewPropertyMapFromMap(map[string]any{"number": ProjectNumber}), nil
	default:
		return nil, fmt.Errorf("no component of dorc calls %s", args.Token)
	}
}

// NewResource implements pulumi.MockResourceMonitor.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.TypeToken == "pulumi:pulumi:StackReference" {
		return r.stackReference(args)
	}
	inputs := args.Inputs.Mappable()
	if args.TypeToken != "pulumi:pulumi:Stack" {
		parent := ""
		var dependsOn []string
		if args.RegisterRPC != nil {
			parent = resource.URN(args.RegisterRPC.GetParent()).Name()
			for _, urn := range args.RegisterRPC.GetDependencies() {
				dependsOn = append(dependsOn, string(resource.URN(urn).Type())+" "+resource.URN(urn).Name())
			}
			slices.Sort(dependsOn)
		}
		r.mutex.Lock()
		r.resources = append(r.resources, Resource{args.TypeToken, args.Name, parent, inputs, dependsOn})
		r.mutex.Unlock()
	}
	id, outputs := computed(args.TypeToken, args.Name, inputs)
	return id, resource.NewPropertyMapFromMap(outputs), nil
}

func (r *recorder) stackReference(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	name := args.Inputs["name"].StringValue()
	outputs, ok := r.options.Stacks[name]
	if !ok {
		return "", nil, fmt.Errorf("unknown stack %q", name)
	}
	return name, resource.NewPropertyMapFromMap(map[string]any{"name": name, "outputs": maps.Clone(outputs)}), nil
}
