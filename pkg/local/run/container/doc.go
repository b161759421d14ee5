// Package container runs a function's handler in containers of an engine that is
// on the machine, docker or podman, by its command line. It is given complete
// images and knows neither state machines nor how images are made.
package container
