package google

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/googletest"
	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// noCredentialsHere leaves the process without credentials, wherever it runs.
func noCredentialsHere(t *testing.T) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "GOOGLE_") || strings.HasPrefix(name, "CLOUDSDK_") || strings.HasPrefix(name, "GCE_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
}

func startGoogle(t *testing.T) (*googletest.Server, Access) {
	t.Helper()
	noCredentialsHere(t)
	server := googletest.Start()
	t.Cleanup(server.Stop)
	return server, Access{Token: googletest.Token, Endpoints: server.Endpoints(), Pause: time.Millisecond}
}

// all are the types of which permissions are known.
func all() (types []string) {
	for t := range needs {
		types = append(types, t)
	}
	return types
}

const data = "exampledorc-data"

// without are all permissions but those that begin so.
func without(prefixes ...string) []string {
	has := []string{}
	for _, p := range Permissions(all()) {
		keep := true
		for _, prefix := range prefixes {
			keep = keep && !strings.HasPrefix(p, prefix)
		}
		if keep {
			has = append(has, p)
		}
	}
	return has
}

// only are the findings that are not OK.
func only(found []Finding) (left []Finding) {
	for _, f := range found {
		if f.Level != check.OK {
			left = append(left, f)
		}
	}
	return left
}

// assertFindings compares; details and hints need only contain what is wanted.
func assertFindings(t *testing.T, want, found []Finding) {
	t.Helper()
	require.Len(t, found, len(want), "%+v", found)
	for i, w := range want {
		assert.Equal(t, []any{w.Check, w.Level, w.Summary}, []any{found[i].Check, found[i].Level, found[i].Summary})
		assert.Contains(t, found[i].Detail, w.Detail)
		assert.Contains(t, found[i].Hint, w.Hint)
		assert.NotContains(t, found[i].Problem().Error(), googletest.Token)
	}
}

func TestCheck(t *testing.T) {
	enabled := []string{"cloudresourcemanager.googleapis.com", "serviceusage.googleapis.com", "dataflow.googleapis.com", "storage.googleapis.com"}
	wanted := []string{"dataflow.googleapis.com", "workflows.googleapis.com", "storage.googleapis.com"}
	for name, test := range map[string]struct {
		project *googletest.Project
		set     func(*testing.T, *googletest.Server, *Input)
		want    []Finding
	}{
		"all is there": {
			&googletest.Project{APIs: enabled, Billing: "012345-6789AB-CDEF01"}, nil,
			[]Finding{
				{Check: "Google credentials", Level: check.OK, Summary: "the access token in GOOGLE_OAUTH_ACCESS_TOKEN"},
				{Check: "project exampledorc-data", Level: check.OK, Summary: "Example data (123456789012)"},
				{Check: "APIs of exampledorc-data", Level: check.OK, Summary: "4 of 5 are on; dorc enables workflows.googleapis.com"},
				{Check: "billing of exampledorc-data", Level: check.OK, Summary: "012345-6789AB-CDEF01"},
				{Check: "permissions in exampledorc-data", Level: check.OK, Summary: fmt.Sprintf("all %d that the resources need", len(Permissions(all())))},
			},
		},
		"everything that is missing at once": {
			&googletest.Project{APIs: []string{"serviceusage.googleapis.com"}, Permissions: without("storage.buckets.", "iam.serviceAccounts.actAs")},
			func(t *testing.T, _ *googletest.Server, in *Input) { in.State = "file://" + t.TempDir() },
			[]Finding{
				{Check: "state", Level: check.Warning, Summary: "the state is a folder of this machine", Hint: "INFRA_BUCKET to a bucket with versioning, such as gs://my-bucket"},
				{
					Check: "APIs of exampledorc-data", Level: check.Missing, Summary: "APIs are off that must be on before dorc can enable others",
					Detail: "cloudresourcemanager.googleapis.com", Hint: "gcloud services enable cloudresourcemanager.googleapis.com --project=exampledorc-data",
				},
				{Check: "billing of exampledorc-data", Level: check.Missing, Summary: "the project has no active billing account", Hint: "gcloud billing projects link exampledorc-data"},
				{
					Check: "permissions in exampledorc-data", Level: check.Missing, Summary: "permissions are missing",
					Detail: "roles/storage.admin (storage.buckets.create, storage.buckets.delete, storage.buckets.get and 3 more)",
					Hint:   "grant roles/storage.admin",
				},
				{
					Check: "permissions in exampledorc-data", Level: check.Warning, Summary: "permissions are missing, unless single resources give them",
					Detail: "roles/iam.serviceAccountUser (iam.serviceAccounts.actAs)", Hint: "grant roles/iam.serviceAccountUser",
				},
			},
		},
		"a quick look": {
			&googletest.Project{Permissions: []string{}}, func(_ *testing.T, _ *googletest.Server, in *Input) { in.Quick = true }, nil,
		},
		"no such project": {
			nil, nil,
			[]Finding{{
				Check: "project exampledorc-data", Level: check.Missing, Summary: "the project does not exist, or the credentials may not see it",
				Detail: "The caller does not have permission", Hint: "gcp.create_project",
			}},
		},
		"a project that is made": {
			nil,
			func(_ *testing.T, s *googletest.Server, in *Input) {
				in.Projects[0].Create = &Creation{Parent: "folders/7", BillingAccount: "012345-6789AB-CDEF01"}
				s.Allow("folders/7", "resourcemanager.projects.create")
			},
			[]Finding{{
				Check: "permissions on billingAccounts/012345-6789AB-CDEF01", Level: check.Missing, Summary: "permissions are missing",
				Detail: "roles/billing.user (billing.resourceAssociations.create)", Hint: "grant roles/billing.user",
			}},
		},
		"a project of an organization that is made": {
			nil,
			func(_ *testing.T, s *googletest.Server, in *Input) {
				in.Projects[0].Create = &Creation{Parent: "organizations/7", BillingAccount: "012345-6789AB-CDEF01"}
				s.Allow("billingAccounts/012345-6789AB-CDEF01", "billing.resourceAssociations.create")
			},
			[]Finding{{
				Check: "permissions on organizations/7", Level: check.Missing, Summary: "permissions are missing",
				Detail: "roles/resourcemanager.projectCreator (resourcemanager.projects.create)",
			}},
		},
		"a project that is being deleted": {
			&googletest.Project{State: "DELETE_REQUESTED"}, nil,
			[]Finding{{
				Check: "project exampledorc-data", Level: check.Missing, Summary: "the project is being deleted", Detail: "DELETE_REQUESTED",
				Hint: "gcloud projects undelete exampledorc-data",
			}},
		},
		"Resource Manager's own API is off": {
			&googletest.Project{},
			func(_ *testing.T, s *googletest.Server, _ *Input) {
				s.Fault(googletest.Disabled("cloudresourcemanager.googleapis.com", "/v3/", "123456789012"))
			},
			[]Finding{{
				Check: "project exampledorc-data", Level: check.Missing, Summary: "whether the project exists is not known: an API is not enabled",
				Hint: "gcloud services enable cloudresourcemanager.googleapis.com --project=123456789012",
			}},
		},
		"credentials of gcloud's own project": {
			&googletest.Project{},
			func(_ *testing.T, s *googletest.Server, _ *Input) {
				s.Fault(googletest.Disabled("cloudresourcemanager.googleapis.com", "/v3/", "764086051850"))
			},
			[]Finding{{
				Check: "project exampledorc-data", Level: check.Missing, Summary: "whether the project exists is not known: an API is not enabled",
				Hint: "gcloud auth application-default set-quota-project",
			}},
		},
		"Service Usage's own API is off": {
			&googletest.Project{APIs: enabled, Billing: "x"},
			func(_ *testing.T, s *googletest.Server, _ *Input) {
				s.Fault(googletest.Disabled("serviceusage.googleapis.com", "services:batchGet", "123456789012"))
			},
			[]Finding{{
				Check: "APIs of exampledorc-data", Level: check.Missing, Summary: "an API is not enabled",
				Hint: "gcloud services enable serviceusage.googleapis.com --project=123456789012",
			}},
		},
		"nobody may look": {
			&googletest.Project{},
			func(_ *testing.T, s *googletest.Server, _ *Input) {
				for _, path := range []string{"services:batchGet", "billingInfo", "testIamPermissions"} {
					s.Fault(googletest.Fault{Path: path, Status: 403, Code: "PERMISSION_DENIED", Message: "told"})
				}
			},
			[]Finding{
				{Check: "APIs of exampledorc-data", Level: check.Warning, Summary: "which APIs are on is not known", Detail: "told", Hint: "roles/serviceusage.serviceUsageViewer"},
				{Check: "billing of exampledorc-data", Level: check.Unknown, Summary: "it cannot be seen: told"},
				{Check: "permissions in exampledorc-data", Level: check.Warning, Summary: "which permissions the credentials have is not known", Detail: "told"},
			},
		},
		"credentials that are not accepted": {
			&googletest.Project{}, func(_ *testing.T, _ *googletest.Server, in *Input) { in.Access.Token = "another" },
			[]Finding{{
				Check: "project exampledorc-data", Level: check.Missing, Summary: "Google does not accept the credentials",
				Detail: "Request had invalid authentication credentials.", Hint: "gcloud auth application-default login",
			}},
		},
		"a fault of Google's": {
			&googletest.Project{},
			func(_ *testing.T, s *googletest.Server, _ *Input) {
				s.Fault(googletest.Fault{Status: 503, Code: "UNAVAILABLE", Message: "The service is currently unavailable."})
			},
			[]Finding{{
				Check: "project exampledorc-data", Level: check.Missing, Summary: "Google does not say whether the project exists", Detail: "The service is currently unavailable.",
			}},
		},
		"a connection that drops": {
			&googletest.Project{}, func(_ *testing.T, s *googletest.Server, _ *Input) { s.Fault(googletest.Fault{Drop: true}) },
			[]Finding{{Check: "project exampledorc-data", Level: check.Missing, Summary: "Google does not answer", Hint: "HTTPS_PROXY"}},
		},
		"nothing listens": {
			&googletest.Project{},
			func(_ *testing.T, _ *googletest.Server, in *Input) {
				in.Access.Endpoints = map[string]string{ProjectsEndpoint: "http://127.0.0.1:1/v3/"}
			},
			[]Finding{{Check: "project exampledorc-data", Level: check.Missing, Summary: "Google does not answer", Detail: "127.0.0.1:1 refuses the connection"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, access := startGoogle(t)
			if test.project != nil {
				server.AddProject(data, *test.project)
			}
			in := Input{Access: access, Projects: []Project{{ID: data, APIs: wanted, Types: all()}}}
			if test.set != nil {
				test.set(t, server, &in)
			}
			found := Check(t.Context(), in)
			if name != "all is there" {
				found = only(found)
			}
			assertFindings(t, test.want, found)
		})
	}
}

// Without credentials each thing that needs them is not checked, and the cause is
// told once.
func TestNoCredentials(t *testing.T) {
	noCredentialsHere(t)
	missing := filepath.Join(t.TempDir(), "none.json")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", missing)
	found := Check(t.Context(), Input{Projects: []Project{{ID: data}}, State: "gs://bucket"})
	assertFindings(t, []Finding{
		{Check: "Google credentials", Level: check.Missing, Summary: "there are no usable Google credentials", Hint: "gcloud auth application-default login"},
		{Check: "state", Level: check.Unknown, Summary: "it needs Google credentials first"},
		{Check: "project exampledorc-data", Level: check.Unknown, Summary: "it needs Google credentials first"},
	}, found)
	_, err := NewClient(t.Context(), Access{})
	assert.ErrorContains(t, err, "there are no usable Google credentials")
}

// A key that Google no longer accepts: it says so when it is asked for a token.
func TestExpiredCredentials(t *testing.T) {
	_, access := startGoogle(t)
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`)) //nolint:errcheck // the client sees what is missing
	}))
	defer tokens.Close()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	block := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "deploy@x.iam.gserviceaccount.com", "private_key": string(block), "token_uri": tokens.URL,
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "key.json")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	want := []Finding{
		{
			Check: "Google credentials", Level: check.Missing, Summary: "Google does not accept the credentials",
			Detail: "the service account deploy@x.iam.gserviceaccount.com: invalid_grant: Invalid JWT Signature.", Hint: "gcloud auth application-default login",
		},
		{Check: "project exampledorc-data", Level: check.Unknown, Summary: "it needs Google credentials first"},
	}
	access.Token = ""
	in := Input{Access: access, Projects: []Project{{ID: data}}}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
	assertFindings(t, want, Check(t.Context(), in))
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
	for _, given := range []string{path, string(file)} {
		in.Access.Credentials = Secret(given)
		found := Check(t.Context(), in)
		assertFindings(t, want, found)
		assert.NotContains(t, fmt.Sprint(found), "PRIVATE KEY")
	}
	require.NoError(t, os.WriteFile(path, []byte("{broken"), 0o600))
	in.Access.Credentials = Secret(path)
	assertFindings(t, []Finding{
		{Check: "Google credentials", Level: check.Missing, Summary: "there are no usable Google credentials", Detail: "GOOGLE_CREDENTIALS: "},
		want[1],
	}, Check(t.Context(), in))
}

func TestWhose(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"authorized_user"}`: "a user (Application Default Credentials)",
		`{"type":"service_account","client_email":"deploy@x.iam.gserviceaccount.com"}`: "the service account deploy@x.iam.gserviceaccount.com",
		`{"type":"external_account"}`: "a workload identity",
		`{"type":"impersonated_service_account","service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/d@x:generateAccessToken"}`: "the service account d@x, impersonated",
		`nonsense`: "Application Default Credentials",
		``:         "the service account of this machine",
	} {
		assert.Equal(t, want, whose([]byte(text)))
	}
}

func TestSecretHides(t *testing.T) {
	a := Access{Token: "canary", Credentials: "canary"}
	for _, text := range []string{a.Token.String(), a.Token.GoString()} {
		assert.NotContains(t, text, "canary")
	}
}

// Every permission that is looked for has a role that can be named.
func TestEveryPermissionHasARole(t *testing.T) {
	for _, p := range Permissions(all()) {
		assert.NotEmpty(t, Role(p), p)
	}
	assert.Empty(t, Role("spanner.databases.create"))
	assert.Equal(t, "roles/artifactregistry.admin", Role("artifactregistry.repositories.update"))
	assert.Equal(t, "roles/artifactregistry.writer", Role("artifactregistry.repositories.uploadArtifacts"))
	roles, lines := byRole([]string{"storage.buckets.get", "storage.objects.get", "storage.objects.create", "spanner.instances.get"})
	assert.Equal(t, []string{"roles/storage.admin"}, roles)
	assert.Equal(t, []string{"a role of your own (spanner.instances.get)", "roles/storage.admin (storage.buckets.get, storage.objects.create, storage.objects.get)"}, lines)
	roles, _ = byRole([]string{"storage.objects.get", "storage.objects.create"})
	assert.Equal(t, []string{"roles/storage.objectAdmin"}, roles)
	assert.Equal(t, "roles/dataflow.developer", Role("dataflow.jobs.cancel"))
	assert.Equal(t, "roles/dataflow.viewer", Role("dataflow.jobs.get"))
}
