package stack

import (
	"fmt"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// googleNames are the names on Google Cloud that environments have taken, with
// the environment. Google would refuse the second of two when it is applied.
type googleNames map[string]string

// environment checks what an environment has on Google Cloud, also against the
// environments before it.
func (n googleNames) environment(file string, u *config.Universal, e *config.Environment) problem.List {
	if _, err := u.Google(); err != nil {
		return nil // said once, of the project's file
	}
	g, err := u.GoogleIn(*e)
	if err != nil {
		return inFile(file, err)
	}
	if g == nil {
		return nil
	}
	var found problem.List
	claim := func(thing, name, hint string) {
		key := thing + " " + name
		if other, taken := n[key]; taken && other != e.Environment {
			found = append(found, problem.Problem{
				File: file, Summary: fmt.Sprintf("the environments %s and %s have the same %s on Google Cloud", other, e.Environment, thing),
				Detail: "it is " + name, Hint: hint,
			})
		}
		n[key] = e.Environment
	}
	claim("bucket", g.BucketName, "give one of them another gcp.bucket_name")
	for _, b := range g.DataBuckets {
		if name, err := g.Names.GoogleBucket(b.Name); err == nil { // GoogleIn has looked
			claim("bucket", name, "rename the data bucket "+b.Name)
		}
	}
	accounts := []config.ServiceAccount{g.DataflowWorker, g.Workflows, g.Scheduler}
	if c := g.Composer; c != nil {
		accounts = append(accounts, c.ServiceAccount, c.Dbt)
		hint := "give one of them another gcp.composer.name"
		if c.Existing != "" {
			hint = "give one of them a Cloud Composer of its own: the DAGs of both would lie in one folder"
		}
		claim("Cloud Composer environment", g.ProjectID+"/"+g.Region+"/"+c.Name, hint)
	}
	for _, a := range accounts {
		if !a.External {
			claim("service account", a.Email, "give one of them another id")
		}
	}
	return found
}
