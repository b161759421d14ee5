package process

// entry is a process of this machine.
type entry struct {
	pid, parent, group int
	// started tells it from another that gets its number later.
	started string
	// marked is set when it bears the mark that was asked for.
	marked bool
	// dead is set when it has ended and its parent has not asked how.
	dead bool
}
