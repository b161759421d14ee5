package config

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"
)

// UniversalFromContext reads the universal configuration of the stack that a
// program runs for, so that dorc's own program and a user's read the YAML the
// same way. Keys are those of the program's project, without a namespace.
// Region defaults to aws:region, then to the environment variable AWS_REGION.
func UniversalFromContext(ctx *pulumi.Context) (Universal, error) {
	region, _ := ctx.GetConfig("aws:region")
	if region == "" {
		region = os.Getenv("AWS_REGION")
	}
	r := contextReader(ctx)
	u := readUniversal(r, contextPairs(ctx, r, universalKeys()), region, false)
	return u, r.sorted()
}

// EnvironmentFromContext reads the configuration of the environment that a
// program runs for, as UniversalFromContext does.
func EnvironmentFromContext(ctx *pulumi.Context) (Environment, error) {
	r := contextReader(ctx)
	e := readEnvironment(r, contextPairs(ctx, r, environmentKeys()), "", nil, false)
	return e, r.sorted()
}

func contextReader(ctx *pulumi.Context) *reader {
	return &reader{resource: "configuration of stack " + ctx.Stack()}
}

// contextPairs are the stack's values for names. Pulumi hands values over as
// texts, lists and mappings as JSON, which is YAML.
func contextPairs(ctx *pulumi.Context, r *reader, names []string) []pair {
	var pairs []pair
	for _, name := range names {
		text, ok := ctx.GetConfig(ctx.Project() + ":" + name)
		if !ok {
			continue
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
		value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
		if ctx.IsConfigSecret(ctx.Project() + ":" + name) {
			r.wrongSecret(name)
			continue
		}
		if text == "" || text == "null" {
			continue
		}
		if text[0] == '{' || text[0] == '[' {
			var doc yaml.Node
			if err := yaml.Unmarshal([]byte(text), &doc); err == nil && len(doc.Content) == 1 {
				value = doc.Content[0]
			}
		}
		pairs = append(pairs, pair{key: key, value: value, namespace: ProjectName, name: name})
	}
	return pairs
}
