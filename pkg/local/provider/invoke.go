package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Invoke answers a data source.
func (p *Provider) Invoke(_ context.Context, req plugin.InvokeRequest) (plugin.InvokeResponse, error) {
	answer, ok := p.Cloud.Functions[req.Tok]
	if !ok {
		names := make([]string, 0, len(p.Cloud.Functions))
		for _, n := range slices.Sorted(maps.Keys(p.Cloud.Functions)) {
			names = append(names, string(n))
		}
		hint := ""
		if p.Cloud.FunctionHint != nil {
			hint = p.Cloud.FunctionHint(string(req.Tok))
		}
		return plugin.InvokeResponse{}, fmt.Errorf(
			"the local cloud does not answer %s. It answers: %s. Set DORC_TARGET=cloud to ask %s%s",
			req.Tok, strings.Join(names, ", "), p.Cloud.Real, hint)
	}
	args := NormalMap(req.Args)
	if args.ContainsUnknowns() {
		return plugin.InvokeResponse{}, fmt.Errorf("%s was called with a value that is not known before an apply", req.Tok)
	}
	out, failures := answer(p, OpenMap(args))
	if len(failures) > 0 {
		return plugin.InvokeResponse{Failures: failures}, nil
	}
	props := resource.NewPropertyMapFromMap(out)
	if args.ContainsSecrets() {
		for k, v := range props {
			props[k] = resource.MakeSecret(v)
		}
	}
	return plugin.InvokeResponse{Properties: props}, nil
}
