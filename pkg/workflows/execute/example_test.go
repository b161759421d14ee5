package execute_test

import (
	"context"
	"fmt"

	"github.com/dorc-dev/dorc/pkg/workflows/execute"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// Reads a definition, checks it, and runs it on this machine.
func Example() {
	w, problems := syntax.Parse("workflow.yaml", []byte(`
main:
  params: [args]
  steps:
    - greet:
        call: sys.log
        args: {text: '${"Hello " + args.name}', severity: INFO}
    - done:
        return: ${len(args.name)}
`))
	if err := problems.Err(); err != nil {
		fmt.Println(err)
		return
	}
	result, err := execute.Run(context.Background(), w, map[string]any{"name": "Ada"}, execute.Options{
		Log: func(e execute.Entry) { fmt.Println(e.Severity, e.Text) },
	})
	fmt.Println(result, err)
	// Output:
	// INFO Hello Ada
	// 3 <nil>
}
