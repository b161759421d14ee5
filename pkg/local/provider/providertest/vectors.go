package providertest

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Vector is an input with the real provider's verdict at plan time. Names are Terraform's.
type Vector struct {
	Type string `json:"type"`
	// Why says what differs from the valid base.
	Why    string         `json:"why"`
	Config map[string]any `json:"config"`
	Valid  bool           `json:"valid"`
	Errors []string       `json:"errors"`
}

// ReadVectors reads testdata/vectors.json.
func ReadVectors(t *testing.T) []Vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var vectors []Vector
	require.NoError(t, json.Unmarshal(data, &vectors))
	return vectors
}

// Verdicts holds a cloud against the real provider's verdicts.
type Verdicts struct {
	// New makes a provider.
	New func(*testing.T) *Fixture
	// RefusedByAPI has each vector that the provider lets pass and the cloud's API
	// refuses, with a part of our reason. The key is type and why.
	RefusedByAPI map[string]string
	// Pages begins the addresses of the pages that state the rules.
	Pages string
	// Absent are Terraform's names of types that the local cloud does not have.
	Absent []string
}

// Hold holds that every vector that the provider refuses is refused, and that every
// one that it lets pass is accepted, or refused because the API would.
func (v Verdicts) Hold(t *testing.T) {
	seen := map[string]bool{}
	for _, vector := range ReadVectors(t) {
		name := vector.Type + ": " + vector.Why
		k := kindOf(t, v.New(t), vector.Type, v.Absent)
		if k == nil {
			seen[vector.Type] = true
			continue
		}
		t.Run(name, func(t *testing.T) {
			reasons := v.reasons(t, k, vector)
			want, api := v.RefusedByAPI[name]
			switch {
			case !vector.Valid:
				assert.NotEmpty(t, reasons, "the provider says: %v", vector.Errors)
			case api:
				seen[name] = true
				require.NotEmpty(t, reasons)
				assert.Contains(t, strings.Join(reasons, "\n"), want)
				assert.Contains(t, strings.Join(reasons, "\n"), v.Pages, "names the rule's page")
			default:
				assert.Empty(t, reasons)
			}
		})
	}
	for name := range v.RefusedByAPI {
		assert.True(t, seen[name], "the table has %q, which is no vector", name)
	}
	for _, name := range v.Absent {
		assert.True(t, seen[name], "%s has no vector", name)
	}
}

// Wording holds that the reasons of what the provider refuses are about the same
// thing: they have the same of the phrases.
func (v Verdicts) Wording(t *testing.T, phrases ...string) {
	for _, vector := range ReadVectors(t) {
		if vector.Valid || len(vector.Errors) != 1 {
			continue
		}
		k := kindOf(t, v.New(t), vector.Type, v.Absent)
		for _, phrase := range phrases {
			if k == nil || !strings.Contains(vector.Errors[0], phrase) {
				continue
			}
			reasons := v.reasons(t, k, vector)
			require.NotEmpty(t, reasons)
			assert.Contains(t, reasons[0], phrase, "%s: %s", vector.Type, vector.Why)
			break
		}
	}
}

func (v Verdicts) reasons(t *testing.T, k *provider.Kind, vector Vector) []string {
	t.Helper()
	got, err := v.New(t).Check(context.Background(), plugin.CheckRequest{
		URN: URN(k.Token, "v"), Name: "v", Type: k.Token, News: translateObject(k.Schema(), vector.Config, k.Rename),
		// Pulumi would make up a missing name, and the vectors have such.
		Autonaming: &plugin.AutonamingOptions{Mode: plugin.AutonamingModeDisabled},
	})
	require.NoError(t, err)
	reasons := make([]string, len(got.Failures))
	for i, failure := range got.Failures {
		reasons[i] = string(failure.Property) + ": " + failure.Reason
	}
	return reasons
}

func kindOf(t *testing.T, f *Fixture, facts string, absent []string) *provider.Kind {
	t.Helper()
	for _, k := range f.Cloud.Kinds {
		if k.Facts == facts {
			return k
		}
	}
	require.Contains(t, absent, facts, "no such type")
	return nil
}

// translateObject turns Terraform's configuration into Pulumi's.
func translateObject(s *provider.Schema, config map[string]any, rename map[string]string) resource.PropertyMap {
	fields := map[string]bool{}
	for _, n := range s.Names {
		fields[n] = true
	}
	out := resource.PropertyMap{}
	for terraform, v := range config {
		name := provider.PulumiName(terraform, fields, rename)
		var inner *provider.Schema
		if p, ok := s.Props[name]; ok {
			inner = p.Schema
		}
		out[resource.PropertyKey(name)] = translateValue(inner, v)
	}
	return out
}

func translateValue(s *provider.Schema, v any) resource.PropertyValue {
	list, isList := v.([]any)
	switch {
	case s == nil:
		return resource.NewPropertyValue(v)
	case s.Shape == provider.ShapeAsset:
		return resource.NewArchiveProperty(&archive.Archive{Path: v.(string)})
	case s.Shape == provider.ShapeObject && isList && len(list) == 1:
		return resource.NewObjectProperty(translateObject(s, list[0].(map[string]any), nil))
	case s.Shape == provider.ShapeList && isList:
		out := make([]resource.PropertyValue, len(list))
		for i, e := range list {
			if m, ok := e.(map[string]any); ok {
				out[i] = resource.NewObjectProperty(translateObject(s.Elem, m, nil))
			} else {
				out[i] = resource.NewPropertyValue(e)
			}
		}
		return resource.NewArrayProperty(out)
	}
	return resource.NewPropertyValue(v)
}
