package lambda

import (
	"context"
	"os/exec"
)

// Runtime is where a function's handler runs: in processes of the host, or in containers.
type Runtime interface {
	// Program makes the program of one environment ready to be started.
	Program(ctx context.Context, s Sandbox) (*Program, error)
}

// Sandbox is what an environment gives to its program.
type Sandbox struct {
	// Function is the function whose handler is to be run.
	Function *Function
	// API is host:port of the environment's Runtime API, on the loopback interface.
	API string
	// Stream is the name of the environment's log stream.
	Stream string
	// Temporary is a folder of the environment's own. It is removed at its end.
	Temporary string
}

// Program is what runs in an environment. Everything but Cmd may be left out.
type Program struct {
	// Cmd starts it. It is started in a process group of its own, and what it writes are the function's logs.
	Cmd *exec.Cmd
	// Stop ends what Cmd started outside of its process group. It is called once, also when Cmd has ended by
	// itself, and should be quick.
	Stop func()
	// Memory is the resident memory in bytes, or 0 as long as it is not known. Whoever gives it holds the function's memory
	// limit too. Without it the memory of Cmd's process tree is watched, and limited.
	Memory func() int64
	// Ending says how Cmd ended by its exit status: in words, and whether it was for want of memory. It is not
	// asked for a Cmd that was ended by a signal, and gives "" for what it does not know.
	Ending func(status int) (reason string, outOfMemory bool)
}
