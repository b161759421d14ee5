package gcp

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
)

// newer are Pulumi properties that the facts do not have: they are not of the real
// provider's schema. The key is the type's facts and the path.
var newer = map[string][]string{}

// uncomputed are outputs that are absent on the local cloud, with the reason.
var uncomputed = map[string]string{}

var ofProvider = providertest.Facts{Cloud: local, Newer: newer, Uncomputed: uncomputed}

func TestArgumentsMatchFacts(t *testing.T) { ofProvider.Arguments(t) }

func TestOutputsMatchFacts(t *testing.T) { ofProvider.Outputs(t) }

func TestKindsNameRealProperties(t *testing.T) { ofProvider.Properties(t) }
