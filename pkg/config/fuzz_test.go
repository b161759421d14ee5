package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dorc-dev/dorc/pkg/problem"
)

func seeds(f *testing.F) {
	f.Helper()
	paths, err := filepath.Glob("testdata/problems/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		text, _, _ := strings.Cut(string(data), "---- problems")
		f.Add([]byte(text))
	}
	f.Add([]byte("config:\n  project: a\n  tags: {a: b}\n"))
	f.Add([]byte("config:\n  environment: prod\n  data_buckets: [a, {name: b}]\n"))
	f.Add([]byte("config:\n  project: a\n  aws: false\n  gcp: {project_id: example-data, region: europe-west1, apis: [x.googleapis.com]}\n"))
	f.Add([]byte("config:\n  environment: prod\n  gcp: {network: {cidr: 10.0.0.0/8}, data_buckets: [a], connection_profiles: {a: {host: b, port: 1, database: c, user: d}}}\n"))
	f.Add([]byte("config:\n  environment: prod\n  gcp: {composer: {schedulers: 2, workloads: {worker: {cpu: 0.5, min_count: 1}}, pypi_packages: {a: }, airflow_overrides: {core-a: b}, environment_variables: {A: b}}}\n"))
	f.Add([]byte("config:\n  environment: prod\n  gcp: {composer: {existing: a, bucket: a-b, service_account: a@b.gserviceaccount.com}}\n"))
	f.Add([]byte("config: {a: &x [*x], b: {secure: x}}"))
}

// isProblem holds that a refusal is one that a person can read, in the file.
func isProblem(t *testing.T, err error) {
	t.Helper()
	var list problem.List
	var one problem.Problem
	if errors.As(err, &one) {
		list = problem.List{one}
	} else if !errors.As(err, &list) || len(list) == 0 {
		t.Fatalf("%T: %v", err, err)
	}
	for _, p := range list {
		if p.File != "file" || p.Summary == "" {
			t.Fatalf("%+v", p)
		}
	}
}

// isProblemOf holds that a refusal of what two files lead to names what it is about.
func isProblemOf(t *testing.T, err error) {
	t.Helper()
	var p problem.Problem
	if !errors.As(err, &p) || p.Summary == "" || p.Resource == "" {
		t.Fatalf("%T: %v", err, err)
	}
}

// FuzzLoadUniversal holds that nothing panics, that every refusal is a problem,
// and that what is accepted is complete and readable by Pulumi too.
func FuzzLoadUniversal(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		u, err := parseUniversal(data, options{shown: "file"}, false)
		if err != nil {
			isProblem(t, err)
			return
		}
		if u.Project == "" || u.SourceCodeFolder == "" || !filepath.IsLocal(u.SourceCodeFolder) {
			t.Fatalf("%+v", u)
		}
		if g, err := u.GoogleIn(Environment{Environment: "prod"}); err != nil {
			isProblemOf(t, err)
		} else if (g == nil) != (u.GCP == nil) || g != nil && (g.BucketName == "" || g.Workflows.Email == "" || g.Universal.SDKImage == "") {
			t.Fatalf("%+v", g)
		}
		fuzzStack(t, data, "Pipelines:project", u.Project)
	})
}

// FuzzLoadEnvironment does the same for environments.
func FuzzLoadEnvironment(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := parseEnvironment(data, "prod", options{shown: "file"}, false)
		if err != nil {
			isProblem(t, err)
			return
		}
		if e.Environment != "prod" || e.VPCID != "" && len(e.PrivateSubnetIDs) == 0 {
			t.Fatalf("%+v", e)
		}
		project := Universal{Project: "a", GCP: &GoogleUniversal{ProjectID: "example-data", Region: "europe-west1"}}
		if g, err := project.GoogleIn(*e); err != nil {
			isProblemOf(t, err)
		} else if g.Region == "" || g.TempRetentionDays == nil || g.Network.Existing() == (g.Network.CIDR != "") {
			t.Fatalf("%+v", g)
		} else if c := g.Composer; c != nil && (c.Name == "" || c.Image.Composer < 2 || c.Dbt.Email == "" || c.Existing == "" && (c.ServiceAccount.Email == "" || c.Private == nil)) {
			t.Fatalf("%+v", c)
		}
		fuzzStack(t, data, "Pipelines:environment", "prod")
	})
}

// fuzzStack holds that Pulumi reads the same value from the file.
func fuzzStack(t *testing.T, data []byte, key, want string) {
	t.Helper()
	s, err := parseStack(data, "file")
	if err != nil {
		isProblem(t, err)
		return
	}
	for k, v := range s.Config {
		if k.String() != key {
			continue
		}
		if got, err := v.ToObject(); err != nil || got != want {
			t.Fatalf("%s: Pulumi reads %v, %v, dorc %q", key, got, err, want)
		}
	}
}

// FuzzEdit holds that setting a value either fails with the file unchanged, or
// leaves a file in which that key alone is another.
func FuzzEdit(f *testing.F) {
	f.Add([]byte("config:\n  a: b # c\n  d: [1, {e: f}]\n"), "d[1].e", "x")
	f.Add([]byte("# c\nconfig: {a: b}\n"), "a", "")
	f.Add([]byte("encryptionsalt: x\r\nconfig:\r\n- a\r\n"), "a.b[0]", "true")
	f.Fuzz(func(t *testing.T, data []byte, key, value string) {
		path := filepath.Join(t.TempDir(), "Pulumi.x.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		before, beforeErr := LoadStack(path)
		err := Set(path, key, value, SetOptions{})
		after, afterErr := LoadStack(path)
		if err != nil {
			if got, readErr := os.ReadFile(path); readErr != nil || string(got) != string(data) {
				t.Fatalf("changed by a refused Set: %v", err)
			}
			return
		}
		if beforeErr != nil || afterErr != nil {
			t.Fatalf("before %v, after %v", beforeErr, afterErr)
		}
		k, err := parseKey(key)
		if err != nil {
			t.Fatal(err)
		}
		for other, v := range before.Config {
			if other != k.top && after.Config[other] != v {
				t.Fatalf("%s changed too", other)
			}
		}
		if _, ok := after.Config[k.top]; !ok {
			t.Fatalf("%s is not there", key)
		}
	})
}
