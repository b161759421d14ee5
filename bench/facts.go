package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// printFacts says on what the figures were measured.
func printFacts(w io.Writer, dir string, tools []*tool) {
	fmt.Fprintf(w, "Measured on %s: %d cores, %s of memory, Linux %s, %s, %s; load average %s at the start.\n\n",
		time.Now().UTC().Format("2006-01-02 15:04 MST"), runtime.NumCPU(), memory(), read("/proc/sys/kernel/osrelease"),
		fileSystem(dir), runtime.Version(), load1())
	for _, t := range tools {
		if t.absent != "" {
			fmt.Fprintf(w, "- %s: %s\n", t.name, t.absent)
		} else {
			fmt.Fprintf(w, "- %s %s\n", t.name, strings.TrimPrefix(t.version, "dorc "))
		}
	}
	fmt.Fprintln(w)
}

func read(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(data))
}

func load1() string {
	first, _, _ := strings.Cut(read("/proc/loadavg"), " ")
	return first
}

func memory() string {
	for line := range strings.Lines(read("/proc/meminfo")) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "MemTotal: %d kB", &kib); n == 1 {
			return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
		}
	}
	return "unknown size"
}

// fileSystem names the file system of dir, since durability costs what it makes it cost.
func fileSystem(dir string) string {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return "unknown file system"
	}
	// Magic numbers of <linux/magic.h>.
	names := map[int64]string{0xef53: "ext4", 0x58465342: "xfs", 0x9123683e: "btrfs", 0x01021994: "tmpfs (nothing is durable)", 0x794c7630: "overlayfs"}
	if name, ok := names[int64(st.Type)]; ok {
		return name
	}
	return fmt.Sprintf("file system %#x", st.Type)
}
