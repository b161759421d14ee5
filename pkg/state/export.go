package state

import (
	"context"
	"errors"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack/snapshot"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// ExportOptions change what Export writes.
type ExportOptions struct {
	// ShowSecrets writes secrets in clear, which needs Secrets.
	ShowSecrets bool
	// Secrets opens the stack's secrets.
	Secrets secrets.Manager
}

// Export is the stack's deployment in the form of `pulumi stack export`.
func (st *Stack) Export(ctx context.Context, o ExportOptions) (*apitype.UntypedDeployment, error) {
	c, err := st.Read(ctx)
	if err != nil {
		return nil, err
	}
	if !c.Exists {
		return nil, st.notThere()
	}
	if !o.ShowSecrets {
		return c.Deployment.ToUntypedDeployment(c.Version, c.Features)
	}
	snap, err := c.Snapshot(ctx, ProviderOf(o.Secrets))
	if err != nil {
		return nil, err
	}
	return stack.SerializeUntypedDeployment(ctx, snap, &stack.SerializeOptions{ShowSecrets: true})
}

func (st *Stack) notThere() error {
	return problem.Problem{
		Resource: "stack " + st.name, Summary: "the stack does not exist",
		Hint: "`dorc stacks` shows those that do",
	}
}

// Import replaces the stack's state by an exported deployment. Operations that are
// pending in it are dropped, as the stock CLI does; their number is returned. A
// deployment of another stack, or one that breaks the rules, is refused.
func (st *Stack) Import(ctx context.Context, lease *Lease, d apitype.UntypedDeployment) (dropped int, err error) {
	deployment, err := stack.UnmarshalUntypedDeployment(ctx, &d)
	var features *stack.ErrDeploymentUnsupportedFeatures
	switch {
	case errors.Is(err, stack.ErrDeploymentSchemaVersionTooNew), errors.As(err, &features):
		return 0, st.notImported(err.Error(), "use a newer dorc")
	case errors.Is(err, stack.ErrDeploymentSchemaVersionTooOld):
		return 0, st.notImported(err.Error(), "import it with the stock CLI of its time and export it again")
	case err != nil:
		return 0, st.notImported(err.Error(), "give a file as `dorc state export` or `pulumi stack export` writes it")
	}
	var problems problem.List
	for _, r := range deployment.Resources {
		if string(r.URN.Stack()) != st.name {
			problems = append(problems, problem.Problem{
				Resource: string(r.URN), Summary: "the resource is from stack " + string(r.URN.Stack()),
				Hint: "import the export of stack " + st.name,
			})
		}
	}
	if err := problems.Err(); err != nil {
		return 0, err
	}
	dropped = len(deployment.PendingOperations)
	deployment.PendingOperations = nil
	if err := snapshot.VerifyIntegrity(deployment); err != nil {
		return 0, st.notImported(err.Error(), "repair the file; nothing was changed")
	}
	return dropped, st.Write(ctx, lease, deployment)
}

func (st *Stack) notImported(why, what string) error {
	return problem.Problem{Resource: "stack " + st.name, Summary: "the state cannot be imported", Detail: why, Hint: what}
}
