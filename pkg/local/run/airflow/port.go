package airflow

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/dorc-dev/dorc/internal/lockfile"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// Claim makes a home that this process holds ready for its server: it ends what one that
// was killed has left, and takes the port of the pages. cache is a folder that
// all homes of this machine share.
func Claim(ctx context.Context, cache, home string, port int, say func(string)) (release func(), err error) {
	sweep(ctx, home, say)
	folder := filepath.Join(cache, "airflow-ports")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	// A server listens long after it was started, so that two could find the port free.
	release, err = lockfile.Try(filepath.Join(folder, strconv.Itoa(port)+".lock"))
	if errors.Is(err, lockfile.ErrHeld) {
		return nil, taken(port, nil)
	}
	if err != nil {
		return nil, err
	}
	if err := free(port); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// free is an error when another program listens on a port.
func free(port int) error {
	l, err := listen(port)
	if err != nil {
		return taken(port, err)
	}
	return l.Close()
}

func listen(port int) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// taken says who has a port, and which one is free.
func taken(port int, why error) error {
	p := problem.Problem{Resource: fmt.Sprintf("port %d", port), Summary: "another program has it", Hint: "choose another port with --port"}
	for other := port + 1; other <= min(port+20, 65535); other++ {
		if l, err := listen(other); err == nil {
			p.Hint = fmt.Sprintf("choose another port, such as --port %d", other)
			_ = l.Close() // it was only tried
			break
		}
	}
	if why != nil {
		p.Detail = why.Error()
	}
	if home := homeAt(port); home != "" {
		p.Summary, p.Detail = "another Airflow of dorc has it", "that of "+home
		p.Hint += ", or end that one with dorc airflow down"
	}
	return p
}

// homeAt is the home whose server has a port; "" when that is none of dorc's.
func homeAt(port int) string {
	for _, home := range homes() {
		if r, err := Find(home); err == nil && r != nil && r.Port == port {
			return home
		}
	}
	return ""
}
