package stockcli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

// TestCLIReadsWhatDorcWrote holds that the stock CLI lists, exports and shows
// every stack that dorc applied, and finds in it what dorc does.
func TestCLIReadsWhatDorcWrote(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.apply(t)
	s.dorc(t, infraStack.command("apply", "--message", "again")...)

	type listed struct {
		Name             string `json:"name"`
		ResourceCount    *int   `json:"resourceCount"`
		UpdateInProgress bool   `json:"updateInProgress"`
		LastUpdate       string `json:"lastUpdate"`
	}
	counts := map[string]int{}
	for _, l := range decode[[]listed](t, s.pulumi(t, "stack", "ls", "--all", "--json")) {
		require.NotNil(t, l.ResourceCount, "%+v", l)
		require.NotEmpty(t, l.LastUpdate, "%+v", l)
		require.False(t, l.UpdateInProgress, "%+v", l)
		counts[l.Name] = *l.ResourceCount
	}
	require.Len(t, counts, len(allStacks))
	for _, stack := range allStacks {
		t.Run(stack.name, func(t *testing.T) {
			exported := s.dorc(t, stack.command("state export")...)
			require.JSONEq(t, exported, s.pulumi(t, "stack", "export", "--stack", stack.full()))
			require.Equal(t, len(deployment(t, exported).Resources), counts[stack.name])

			outputs := s.dorc(t, stack.command("outputs", "--json")...)
			require.JSONEq(t, outputs, s.pulumi(t, "stack", "output", "--json", "--stack", stack.full()))
			require.NotEqual(t, "{}", strings.TrimSpace(outputs))

			require.Contains(t, s.pulumi(t, "stack", "tag", "ls", "--stack", stack.full()), "dorc:target")
		})
	}
	history := s.history(t, infraStack)
	require.Len(t, history, 2)
	require.Equal(t, "again", history[0].Message)
	require.Equal(t, "succeeded", history[0].Result)
	require.Equal(t, "update", history[0].Kind)
	require.Equal(t, []string{"same"}, keys(history[0].Changes))
	require.Contains(t, history[1].Changes, "create")
}

// update is one entry of `pulumi stack history --json`.
type update struct {
	Kind    string         `json:"kind"`
	Message string         `json:"message"`
	Result  string         `json:"result"`
	Changes map[string]int `json:"resourceChanges"`
}

func (s *session) history(t *testing.T, stack stack) []update {
	t.Helper()
	return decode[[]update](t, s.pulumi(t, "stack", "history", "--json", "--stack", stack.full()))
}

// deployment is the content of an exported state.
func deployment(t *testing.T, exported string) apitype.DeploymentV3 {
	t.Helper()
	untyped := decode[apitype.UntypedDeployment](t, exported)
	var d apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(untyped.Deployment, &d))
	return d
}
