package google

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/googletest"
	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/problem"
)

const (
	prod    = "projects/exampledorc-data/locations/europe-west2/environments/prod"
	image15 = "composer-3-airflow-2.10.5-build.15"
	account = "composer@exampledorc-data.iam.gserviceaccount.com"
	agent   = "serviceAccount:service-123456789012@cloudcomposer-accounts.iam.gserviceaccount.com"
)

// images are those of a region, in no order.
var images = []googletest.Image{
	{Version: "composer-3-airflow-2.9.3-build.40"}, {Version: image15}, {Version: "composer-3-airflow-2.10.5-build.16"},
	{Version: "composer-2.9.6-airflow-2.9.3"}, {Version: "composer-2.1.0-airflow-2.4.3", CreationDisabled: true},
}

func TestEnvironments(t *testing.T) {
	const name = "Composer environment prod"
	runs := Finding{Check: name, Level: check.OK, Summary: "it runs " + image15}
	absent := Finding{Check: name, Level: check.OK, Summary: "it does not exist yet; `dorc apply infra` makes it"}
	for title, test := range map[string]struct {
		wanted Wanted
		there  *googletest.Environment
		set    func(*googletest.Server)
		want   []Finding
	}{
		"not there yet":        {Wanted{Image: image15}, nil, nil, []Finding{absent, {Check: "image of prod", Level: check.OK, Summary: image15}}},
		"there":                {Wanted{Image: image15}, &googletest.Environment{}, nil, []Finding{runs}},
		"there, with an alias": {Wanted{Image: "composer-3-airflow-2"}, &googletest.Environment{}, nil, []Finding{runs}},
		"a later build": {Wanted{Image: "composer-3-airflow-2.10.5-build.16"}, &googletest.Environment{}, nil, []Finding{
			runs, {Check: "image of prod", Level: check.OK, Summary: "composer-3-airflow-2.10.5-build.16"},
		}},
		"an earlier build": {Wanted{Image: "composer-3-airflow-2.9.3-build.40"}, &googletest.Environment{}, nil, []Finding{{
			Check: name, Level: check.Missing, Summary: "the image of an environment is never changed to an earlier one", Detail: "cannot go back from " + image15, Hint: "image_version to " + image15,
		}}},
		"another generation": {Wanted{Image: image15}, &googletest.Environment{Image: "composer-2.9.6-airflow-2.9.3"}, nil, []Finding{{
			Check: name, Level: check.Missing, Summary: "the image of an environment is never changed to an earlier one", Detail: "of Cloud Composer 2 cannot become one of Cloud Composer 3", Hint: "another name",
		}}},
		"updating": {Wanted{Image: image15}, &googletest.Environment{State: "UPDATING"}, nil, []Finding{{
			Check: name, Level: check.Missing, Summary: "the Composer environment is updating", Detail: "its state is UPDATING", Hint: "run the command again when it is RUNNING",
		}}},
		"being made":                    {Wanted{Image: image15}, &googletest.Environment{State: "CREATING"}, nil, []Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment is being made", Hint: "half an hour"}}},
		"being deleted":                 {Wanted{Image: image15}, &googletest.Environment{State: "DELETING"}, nil, []Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment is being deleted"}}},
		"broken":                        {Wanted{Image: image15}, &googletest.Environment{State: "ERROR"}, nil, []Finding{{Check: name, Level: check.Warning, Summary: "the Composer environment is broken", Hint: "destroyed and made again"}}},
		"someone else's that is broken": {Wanted{Existing: true}, &googletest.Environment{State: "ERROR"}, nil, []Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment is broken"}}},
		"something new":                 {Wanted{Image: image15}, &googletest.Environment{State: "SLEEPING"}, nil, []Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment is in no state that is known", Detail: "SLEEPING"}}},
		"someone else's": {
			Wanted{Image: "composer-3-airflow-2.10.5", Existing: true, Bucket: "europe-west2-prod-bucket"}, &googletest.Environment{}, nil, []Finding{runs},
		},
		"someone else's with another Airflow": {
			Wanted{Image: "composer-3-airflow-2.9.3-build.40", Existing: true, Bucket: "europe-west2-prod-bucket"}, &googletest.Environment{}, nil,
			[]Finding{runs, {Check: name, Level: check.Warning, Summary: "DAGs are compiled for another version of Airflow than the environment has", Hint: "image_version to " + image15}},
		},
		"someone else's with another bucket": {
			Wanted{Image: image15, Existing: true, Bucket: "theirs"}, &googletest.Environment{}, nil,
			[]Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment has another bucket", Detail: "its DAGs are in europe-west2-prod-bucket", Hint: "set bucket to europe-west2-prod-bucket"}},
		},
		"someone else's that is absent": {
			Wanted{Existing: true}, nil, nil, []Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment does not exist", Detail: "not in europe-west2 of exampledorc-data", Hint: "gcloud composer environments list"}},
		},
		"someone else's without the API": {
			Wanted{Existing: true}, nil, func(s *googletest.Server) {
				s.Fault(googletest.Disabled("composer.googleapis.com", "/environments/", "123456789012"))
			},
			[]Finding{{Check: name, Level: check.Missing, Summary: "the Composer environment does not exist", Detail: "composer API has not been used"}},
		},
		"the API is off": {
			Wanted{Image: image15}, nil, func(s *googletest.Server) {
				s.Fault(googletest.Disabled("composer.googleapis.com", "/environments/", "123456789012"))
			},
			[]Finding{absent},
		},
		"it may not be seen": {
			Wanted{Image: image15}, &googletest.Environment{}, func(s *googletest.Server) {
				s.Fault(googletest.Fault{Path: "/environments/", Status: 403, Code: "PERMISSION_DENIED", Message: "Permission 'composer.environments.get' denied"})
			},
			[]Finding{{Check: name, Level: check.Warning, Summary: "whether it is there, and running, is not known", Detail: "composer.environments.get", Hint: "roles/composer.user"}},
		},
		"images may not be seen": {
			Wanted{Image: image15}, nil, func(s *googletest.Server) {
				s.Fault(googletest.Fault{Path: "/imageVersions", Status: 403, Message: "no"})
			},
			[]Finding{absent, {Check: "image of prod", Level: check.Unknown, Summary: "which images the region has is not known: no"}},
		},
		"an image that the region does not have": {
			Wanted{Image: "composer-3-airflow-2.10.5-build.99"}, nil, nil,
			[]Finding{absent, {
				Check: "image of prod", Level: check.Missing, Summary: "the region does not have the image", Detail: "not among those of europe-west2",
				Hint: "such as composer-3-airflow-2.10.5-build.16, composer-3-airflow-2.9.3-build.40",
			}},
		},
		"an image that is too old": {
			Wanted{Image: "composer-2.1.0-airflow-2.4.3"}, nil, nil,
			[]Finding{absent, {Check: "image of prod", Level: check.Missing, Summary: "the image is too old for a new environment", Hint: "such as composer-2.9.6-airflow-2.9.3"}},
		},
		"an account that is ready": {
			Wanted{Image: "composer-2.9.6-airflow-2.9.3", Account: account}, nil, func(s *googletest.Server) {
				s.Grant("projects/exampledorc-data", "roles/composer.worker", "serviceAccount:"+account)
				s.Grant(account, "roles/composer.ServiceAgentV2Ext", agent)
			},
			[]Finding{absent, {Check: "image of prod", Level: check.OK, Summary: "composer-2.9.6-airflow-2.9.3"}, {Check: "account of prod", Level: check.OK, Summary: account}},
		},
		"an agent of the whole project": {
			Wanted{Image: "composer-2-airflow-2", Account: account}, nil, func(s *googletest.Server) {
				s.Grant("projects/exampledorc-data", "roles/composer.worker", "serviceAccount:"+account)
				s.Grant("projects/exampledorc-data", "roles/composer.ServiceAgentV2Ext", agent)
				s.Grant(account, "roles/iam.serviceAccountUser", "user:ada@example.com")
			},
			[]Finding{absent, {Check: "image of prod", Level: check.OK, Summary: "composer-2-airflow-2"}, {Check: "account of prod", Level: check.OK, Summary: account}},
		},
		"an account without roles": {
			Wanted{Image: "composer-2.9.6-airflow-2.9.3", Account: account}, nil, func(s *googletest.Server) { s.Grant(account, "roles/x", "user:ada@example.com") },
			[]Finding{
				absent, {Check: "image of prod", Level: check.OK, Summary: "composer-2.9.6-airflow-2.9.3"},
				{Check: "account of prod", Level: check.Missing, Summary: "the service account may not be that of an environment", Hint: "--role roles/composer.worker --member serviceAccount:" + account},
				{Check: "account of prod", Level: check.Missing, Summary: "Composer's agent may not use the service account", Hint: "--role roles/composer.ServiceAgentV2Ext --member " + agent},
			},
		},
		"generation 3 needs no agent": {
			Wanted{Image: image15, Account: account}, nil, func(s *googletest.Server) {
				s.Grant(account, "roles/x", "user:ada@example.com")
				s.Grant("projects/exampledorc-data", "roles/composer.worker", "serviceAccount:"+account)
			},
			[]Finding{absent, {Check: "image of prod", Level: check.OK, Summary: image15}, {Check: "account of prod", Level: check.OK, Summary: account}},
		},
		"an account that is not there": {
			Wanted{Image: image15, Account: account}, nil, nil,
			[]Finding{absent, {Check: "image of prod", Level: check.OK, Summary: image15}, {Check: "account of prod", Level: check.Missing, Summary: "the service account does not exist", Detail: account}},
		},
		"an account that may not be seen": {
			Wanted{Image: image15, Account: account}, nil, func(s *googletest.Server) {
				s.Fault(googletest.Fault{Path: "/serviceAccounts/", Status: 403, Message: "no"})
			},
			[]Finding{absent, {Check: "image of prod", Level: check.OK, Summary: image15}, {Check: "account of prod", Level: check.Warning, Summary: "whether the service account has its roles is not known", Detail: "no"}},
		},
	} {
		t.Run(title, func(t *testing.T) {
			server, access := startGoogle(t)
			server.AddProject(data, googletest.Project{})
			server.Offer(images...)
			if test.there != nil {
				server.AddEnvironment(prod, *test.there)
			}
			if test.set != nil {
				test.set(server)
			}
			test.wanted.Name, test.wanted.Region = "prod", "europe-west2"
			var about []Finding
			for _, f := range Check(t.Context(), Input{Access: access, Projects: []Project{{ID: data, Environments: []Wanted{test.wanted}}}}) {
				switch f.Check {
				case name, "image of prod", "account of prod":
					about = append(about, f)
				}
			}
			assertFindings(t, test.want, about)
		})
	}
}

// A quick look changes nothing, and asks for no environment.
func TestEnvironmentsInAQuickLook(t *testing.T) {
	server, access := startGoogle(t)
	server.AddProject(data, googletest.Project{})
	Check(t.Context(), Input{Access: access, Quick: true, Projects: []Project{{ID: data, Environments: []Wanted{{Name: "prod", Region: "europe-west2"}}}}})
	for _, r := range server.Requests() {
		assert.NotContains(t, r, "environments")
	}
}

func TestEnvironment(t *testing.T) {
	server, access := startGoogle(t)
	client, err := NewClient(t.Context(), access)
	require.NoError(t, err)
	ask := func() (Environment, error) { return client.Environment(t.Context(), data, "europe-west2", "prod") }

	_, err = ask()
	var p problem.Problem
	require.ErrorAs(t, err, &p)
	assert.Equal(t, []string{"Composer environment prod", "the Composer environment does not exist"}, []string{p.Resource, p.Summary})
	assert.Contains(t, p.Detail, "europe-west2 of the Google project "+data)

	server.AddEnvironment(prod, googletest.Environment{Account: account})
	server.Fault(googletest.Fault{Path: "/environments/", Status: 503, Times: 2})
	e, err := ask()
	require.NoError(t, err, "it is asked again")
	assert.Equal(t, Environment{
		Name: "prod", State: Running, DagPrefix: "gs://europe-west2-prod-bucket/dags", Image: image15, AirflowURI: "https://airflow.example.com", Account: account,
	}, e)
	assert.Equal(t, "europe-west2-prod-bucket", e.Bucket())
	assert.NoError(t, e.Ready())
	assert.Empty(t, Environment{}.Bucket())

	server.AddEnvironment(prod, googletest.Environment{State: Updating})
	e, err = ask()
	require.NoError(t, err)
	require.ErrorAs(t, e.Ready(), &p)
	assert.Equal(t, "the Composer environment is updating", p.Summary)

	server.Fault(googletest.Fault{Path: "/environments/", Status: 403, Code: "PERMISSION_DENIED", Message: "Permission 'composer.environments.get' denied on resource"})
	_, err = ask()
	require.ErrorAs(t, err, &p)
	assert.Equal(t, "the Composer environment cannot be looked at", p.Summary)
	assert.Contains(t, p.Hint, "roles/composer.admin")

	stopped, stop := context.WithCancelCause(t.Context())
	cause := errors.New("stopped")
	stop(cause)
	_, err = client.Environment(stopped, data, "europe-west2", "prod")
	assert.ErrorIs(t, err, cause)
}
