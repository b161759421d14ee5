package lambda

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// memoryInterval is how often the memory of a process is looked at.
const memoryInterval = 20 * time.Millisecond

// ResidentMemory returns the resident memory of a process and those below it, in bytes.
// The first process counts with its peak, so that a short excess is not missed.
func ResidentMemory(pid int) int64 {
	total := status(pid, "VmHWM:")
	for _, child := range children(pid) {
		total += treeMemory(child, 0)
	}
	return total
}

func treeMemory(pid, depth int) int64 {
	total := status(pid, "VmRSS:")
	if depth < 32 { // process identifiers are reused, so a tree that is read piecemeal can seem endless
		for _, child := range children(pid) {
			total += treeMemory(child, depth+1)
		}
	}
	return total
}

// status reads a field in kB of a process's status; 0 when the process is gone.
func status(pid int, field string) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(data) {
		rest, ok := bytes.CutPrefix(line, []byte(field))
		if !ok {
			continue
		}
		kb, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(rest), []byte("kB")))), 10, 64)
		if err != nil {
			return 0
		}
		return kb * 1024
	}
	return 0
}

// children lists the processes that a process started.
func children(pid int) []int {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil
	}
	var out []int
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // the thread ended meanwhile
		}
		for _, field := range bytes.Fields(data) {
			if child, err := strconv.Atoi(string(field)); err == nil {
				out = append(out, child)
			}
		}
	}
	return out
}
