package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

// registryHelper serves a registry where the machine has no other.
const registryHelper = "registry"

// registryProgram is the registry that is pushed to, and what it is called.
func registryProgram() (path, called string) {
	if path, err := exec.LookPath("docker-registry"); err == nil {
		return path, "Debian's `docker-registry` on this machine"
	}
	return "", "go-containerregistry's on this machine, for want of `docker-registry`"
}

var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// startRegistry starts an empty registry on the loopback interface, its files in dir.
func startRegistry(dir string) (address string, stop func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", nil, err
	}
	output, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", nil, err
	}
	defer output.Close()
	cmd, err := registryCommand(dir)
	if err != nil {
		return "", nil, err
	}
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		_ = os.RemoveAll(dir) // the bench's whole folder goes in the end
	}
	for range 300 {
		if found := listening.FindStringSubmatch(read(output.Name())); found != nil {
			return found[1], stop, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	said := tail(output.Name())
	stop()
	return "", nil, fmt.Errorf("the registry does not start: %s", said)
}

func registryCommand(dir string) (*exec.Cmd, error) {
	path, _ := registryProgram()
	if path == "" {
		self, err := os.Executable()
		return exec.Command(self, registryHelper, filepath.Join(dir, "data")), err
	}
	config := filepath.Join(dir, "config.yml")
	text := fmt.Sprintf("version: 0.1\nlog: {level: info, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: \"127.0.0.1:0\"}\n",
		filepath.Join(dir, "data"))
	return exec.Command(path, "serve", config), os.WriteFile(config, []byte(text), 0o644)
}

// serveRegistry serves a registry with its blobs in a folder until it is ended.
func serveRegistry(args []string) error {
	if err := os.MkdirAll(args[0], 0o755); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	quiet := log.New(os.Stderr, "", 0)
	return http.Serve(listener, registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(args[0])), registry.Logger(quiet)))
}
