package process

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// table are the processes of this machine. Marks are seen of this user's alone.
func table(mark string) (all []entry) {
	for _, pid := range numbers() {
		e, ok := stat(pid)
		if !ok {
			continue // it has ended meanwhile
		}
		if mark != "" && !e.dead {
			for variable := range variables(pid) {
				e.marked = e.marked || bytes.HasPrefix(variable, []byte(mark))
			}
		}
		all = append(all, e)
	}
	return all
}

// numbers are those of all processes.
func numbers() (all []int) {
	folder, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, _ := folder.Readdirnames(-1) // what was read is what there is
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			all = append(all, pid)
		}
	}
	return all
}

// stat reads what the kernel tells of a process (proc_pid_stat(5)).
func stat(pid int) (e entry, ok bool) {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return e, false
	}
	// The name is in parentheses and may have spaces and parentheses itself.
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) < 20 {
		return e, false
	}
	e = entry{pid: pid, dead: fields[0] == "Z" || fields[0] == "X", started: fields[19]}
	e.parent, _ = strconv.Atoi(fields[1])
	e.group, _ = strconv.Atoi(fields[2])
	return e, true
}

// variables are those that a process was started with, as NAME=value.
func variables(pid int) func(func([]byte) bool) {
	data, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ")) // another user's, or ended
	return func(yield func([]byte) bool) {
		for variable := range bytes.SplitSeq(data, []byte{0}) {
			if !yield(variable) {
				return
			}
		}
	}
}

// Started tells a process from others that had its number or will have it; "" when there is none.
func Started(pid int) string {
	e, ok := stat(pid)
	if !ok || e.dead {
		return ""
	}
	return e.started
}

// Marks are the values of a variable that processes of this user were started with, each once.
func Marks(name string) (values []string) {
	seen := map[string]bool{}
	for _, pid := range numbers() {
		for variable := range variables(pid) {
			value, found := bytes.CutPrefix(variable, []byte(name+"="))
			if found && !seen[string(value)] {
				seen[string(value)] = true
				values = append(values, string(value))
			}
		}
	}
	return values
}
