//go:build unix && !linux

package lambda

import (
	"bytes"
	"os/exec"
	"strconv"
	"time"
)

// memoryInterval is how often the memory of a process is looked at.
const memoryInterval = 250 * time.Millisecond

// ResidentMemory returns the resident memory of a process's group, in bytes.
func ResidentMemory(pid int) int64 {
	out, err := exec.Command("ps", "-axo", "pgid=,rss=").Output()
	if err != nil {
		return 0 // without ps memory is not watched
	}
	var total int64
	for line := range bytes.Lines(out) {
		fields := bytes.Fields(line)
		if len(fields) != 2 || string(fields[0]) != strconv.Itoa(pid) {
			continue
		}
		if kb, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
			total += kb * 1024
		}
	}
	return total
}
