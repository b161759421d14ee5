package infra

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// findRepository finds the repository of the images. The universal stack is read
// where its name is known: the environment then depends on it, and one that was
// applied before the project had anything on Google Cloud is noticed.
func (s *googleScope) findRepository(universal string) error {
	s.repository = s.Universal.RepositoryName
	if universal == "" {
		return nil
	}
	const key = "gcp_repository_id"
	short := universal[strings.LastIndex(universal, "/")+1:]
	refuse := func(summary, detail string) error {
		return problem.Problem{
			Resource: "environment " + s.Names.Environment, Summary: summary, Detail: detail,
			Hint: "Apply it first: make infra/apply instance=universal",
		}
	}
	ref, err := pulumi.NewStackReference(s.ctx, universal, nil)
	if err != nil {
		return refuse("the stack "+short+" cannot be read", err.Error())
	}
	output, err := ref.GetOutputDetails(key)
	if err != nil {
		return refuse("the stack "+short+" cannot be read", err.Error())
	}
	name, ok := output.Value.(string)
	if !ok {
		return refuse(fmt.Sprintf("the stack %s has no output %s", short, key), "it was not applied yet, or before the project had a block gcp")
	}
	s.repository = name
	return nil
}
