//go:build unix && !linux

package process

import (
	"os/exec"
	"strconv"
	"strings"
)

// table are the processes of this machine. Marks are seen of this user's programs alone, and not
// of those that the system protects.
func table(mark string) (all []entry) {
	return parse(ps("-axo", "pid=,ppid=,pgid=,stat=,lstart="), ps("-axEwwo", "pid=,command="), mark)
}

func ps(arguments ...string) string {
	said, _ := exec.Command("ps", arguments...).Output() //nolint:gosec // fixed words; what it cannot tell is left out
	return string(said)
}

// Started tells a process from others that had its number or will have it; "" when there is none.
func Started(pid int) string {
	return strings.Join(strings.Fields(ps("-o", "lstart=", "-p", strconv.Itoa(pid))), " ")
}

// Marks are the values of a variable that processes of this user were started with, each once.
func Marks(name string) []string { return values(ps("-axEwwo", "pid=,command="), name) }
