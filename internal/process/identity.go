package process

// Identity tells a living process from another one with its number. It is empty
// where that cannot be told.
type Identity struct {
	// Boot is random per start of the machine.
	Boot string `json:"boot,omitempty"`
	// Namespace is what process numbers are relative to, such as a container.
	Namespace string `json:"namespace,omitempty"`
	// Started is the process's start in ticks since the machine's.
	Started string `json:"started,omitempty"`
}
