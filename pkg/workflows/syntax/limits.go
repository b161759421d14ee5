package syntax

// Limits of Workflows. https://cloud.google.com/workflows/quotas
const (
	// MaxSource is the size of a definition in bytes.
	MaxSource = 128 << 10
	// MaxExpression is the length of an expression in characters.
	MaxExpression = 400
	// MaxAssignments is how many assignments a step has.
	MaxAssignments = 50
	// MaxConditions is how many conditions a switch has.
	MaxConditions = 50
	// MaxBranches is how many branches a parallel step has.
	MaxBranches = 10
	// MaxParallelDepth is how deep parallel steps may be nested.
	MaxParallelDepth = 2
	// MaxCallDepth is how deep calls of subworkflows may be nested.
	MaxCallDepth = 20
	// MaxSteps is how many steps an execution may take.
	MaxSteps = 100_000
	// MaxConcurrency is how many branches and iterations run at the same time.
	MaxConcurrency = 20
	// MaxResponse is the size of an HTTP response in bytes.
	MaxResponse = 2 << 20
	// MaxMemory is the size of all variables together in bytes.
	MaxMemory = 512 << 10
	// MaxTimeout of an HTTP request in seconds.
	// https://cloud.google.com/workflows/docs/reference/stdlib/http/request
	MaxTimeout = 1800
)

const quotas = "https://cloud.google.com/workflows/quotas"

const (
	// maxNodes is how many YAML nodes are read, counting what an alias repeats.
	maxNodes = 200_000
	// maxDepth is how deep YAML may be nested here; readers are recursive.
	maxDepth = 200
	// maxProblems is after how many problems a file is given up.
	maxProblems = 100
)
