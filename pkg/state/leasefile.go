package state

import (
	"encoding/json"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/dorc-dev/dorc/internal/process"
)

// lockFile is a lock as the stock CLI writes it, with our lease beside its fields.
type lockFile struct {
	PID       int       `json:"pid"`
	Username  string    `json:"username"`
	Hostname  string    `json:"hostname"`
	Timestamp time.Time `json:"timestamp"`
	// Lease is nil in a lock of the stock CLI.
	Lease *leaseFields `json:"dorc,omitempty"`
}

type leaseFields struct {
	// ID is random and never used twice: it is the fencing token.
	ID        string    `json:"lease"`
	Owner     string    `json:"owner,omitempty"`
	Operation string    `json:"operation,omitempty"`
	Expires   time.Time `json:"expires"`
	// Process is who to look for on the same machine.
	Process process.Identity `json:"process,omitzero"`
}

func newLockFile(o LockOptions, id string, now, expires time.Time) lockFile {
	f := lockFile{PID: os.Getpid(), Username: "unknown", Hostname: "unknown", Timestamp: now}
	if u, err := user.Current(); err == nil {
		f.Username = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		f.Hostname = h
	}
	f.Lease = &leaseFields{ID: id, Owner: o.Owner, Operation: o.Operation, Expires: expires, Process: process.Own()}
	return f
}

func (f lockFile) encode() ([]byte, error) { return json.Marshal(f) }

func decodeLock(data []byte) (lockFile, error) {
	var f lockFile
	err := json.Unmarshal(data, &f)
	return f, err
}

// gone says whether the holder cannot be alive any more: its lease ran out, or it
// ran on this machine and has ended. The grace is for clocks that differ.
func (f lockFile) gone(now time.Time) (bool, string) {
	if f.Lease == nil {
		return false, ""
	}
	if f.Lease.Process.Ended(f.PID) {
		return true, fmt.Sprintf("process %d has ended", f.PID)
	}
	if now.After(f.Lease.Expires.Add(clockGrace)) {
		return true, "it ran out at " + f.Lease.Expires.Format(time.RFC3339)
	}
	return false, ""
}

// clockGrace is how much the clocks of two machines may differ.
const clockGrace = 5 * time.Second

func (f lockFile) info(path string) LockInfo {
	i := LockInfo{
		Owner: f.Username, Host: f.Hostname, PID: f.PID, Since: f.Timestamp, Path: path,
		Operation: "an operation of the pulumi CLI",
	}
	if l := f.Lease; l != nil {
		i.Operation, i.Expires, i.Dorc = l.Operation, l.Expires, true
		if l.Owner != "" {
			i.Owner = l.Owner
		}
	}
	return i
}
