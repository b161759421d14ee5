package process

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Own is this process.
var Own = sync.OnceValue(func() Identity {
	boot, namespace := thisMachine()
	started, err := processStart(os.Getpid())
	if err != nil {
		return Identity{}
	}
	return Identity{Boot: boot, Namespace: namespace, Started: started}
})

func thisMachine() (boot, namespace string) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", ""
	}
	namespace, err = os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return "", ""
	}
	return strings.TrimSpace(string(id)), namespace
}

// processStart is field 22 of /proc/<pid>/stat; proc(5). The second field, the
// command in brackets, may itself have spaces and brackets.
func processStart(pid int) (string, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", err
	}
	_, rest, ok := cutLast(string(stat), ")")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 20 {
		return "", errors.New("unknown form of /proc/<pid>/stat")
	}
	// A zombie has ended: it can no longer write.
	if fields[0] == "Z" || fields[0] == "X" {
		return "", fs.ErrNotExist
	}
	return fields[19], nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// Ended says whether the process certainly ended. It is false when it may live,
// also when it ran elsewhere or before the machine's last start: there, nothing
// but the lease's end tells.
func (p Identity) Ended(pid int) bool {
	boot, namespace := thisMachine()
	if p.Boot == "" || p.Started == "" || p.Boot != boot || p.Namespace != namespace {
		return false
	}
	started, err := processStart(pid)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return err == nil && started != p.Started
}
