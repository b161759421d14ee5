package google

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/googletest"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/workflows/execute"
	"github.com/dorc-dev/dorc/pkg/workflows/launch"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// toServer sends requests for Google to the stand-in.
type toServer struct{ base *url.URL }

func (s toServer) Do(r *http.Request) (*http.Response, error) {
	r.URL.Scheme, r.URL.Host, r.Host = s.base.Scheme, s.base.Host, s.base.Host
	r.Header.Set("Authorization", "Bearer "+googletest.Token)
	return http.DefaultClient.Do(r)
}

// The workflow that dorc generates labels its job so that it is found: with labels of
// the configuration and without, and for streaming, whose jobs have one name.
func TestGeneratedWorkflow(t *testing.T) {
	for name, change := range map[string]func(*launch.Options){
		"batch":     func(*launch.Options) {},
		"labels":    func(o *launch.Options) { o.Environment.AdditionalUserLabels = map[string]string{"team": "data"} },
		"streaming": func(o *launch.Options) { o.Streaming = true },
	} {
		t.Run(name, func(t *testing.T) {
			server, c := newClient(t)
			server.Launches("PENDING", "RUNNING", "DONE")
			base, err := url.Parse(server.URL)
			require.NoError(t, err)
			options := launch.Options{
				Pipeline: "raw/flights", Project: data, Region: "europe-west2", Template: "gs://b/templates/raw/flights.json", Job: "flights", PollingSeconds: 1,
				Environment: flextemplate.Environment{TempLocation: "gs://b/temp", SDKContainerImage: "i"},
			}
			change(&options)
			text, err := launch.Write(options)
			require.NoError(t, err)
			w, problems := syntax.Parse("workflow.yaml", text)
			require.NoError(t, problems.Err())
			for _, execution := range []string{"e1", "e2"} {
				result, err := execute.Run(t.Context(), w, nil, execute.Options{
					HTTP: toServer{base}, Sleep: func(context.Context, time.Duration) error { return nil },
					Environment: map[string]string{"GOOGLE_CLOUD_WORKFLOW_ID": "shop-prod-raw-flights", "GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID": execution},
				})
				require.NoError(t, err)
				of := Jobs{Project: data, Region: "europe-west2", Labels: map[string]string{naming.LabelWorkflow: "shop-prod-raw-flights", naming.LabelExecution: execution}}
				found, err := c.List(t.Context(), of, 0)
				require.NoError(t, err)
				require.Len(t, found, 1)
				assert.Equal(t, result.(map[string]any)["job_id"], found[0].ID)
				assert.Equal(t, execution, found[0].Execution)
			}
		})
	}
}
