package googletest

import (
	"net/http"
	"strings"
	"time"
)

// Fault is what a request meets instead of an answer.
type Fault struct {
	// Method and Path say which requests: those with this method, and this text in
	// their path. Default: all.
	Method, Path string
	// After is how many of them pass before it; Times how many meet it. Default: 0 and
	// all.
	After, Times int

	// Status is answered, with this Google status, message and ErrorInfo.
	Status  int
	Code    string
	Message string
	Reason  string
	Info    map[string]string
	// Slow delays the answer, or the fault, by that, or until the client is gone.
	Slow time.Duration
	// Drop closes the connection without an answer.
	Drop bool
}

// Fault puts a fault before the server.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = -1
	}
	s.faults = append(s.faults, &f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault is the one that the request meets, or nil.
func (s *Server) fault(r *http.Request) *Fault {
	for _, f := range s.faults {
		if f.Method != "" && f.Method != r.Method || !strings.Contains(r.URL.Path, f.Path) {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		if f.Times == 0 {
			continue
		}
		f.Times--
		return f
	}
	return nil
}

// answer says whether the request has been answered, or never will be.
func (f *Fault) answer(w http.ResponseWriter, r *http.Request) bool {
	if f.Slow > 0 {
		select {
		case <-time.After(f.Slow):
		case <-r.Context().Done():
			return true
		}
	}
	if f.Drop {
		if hijacker, ok := w.(http.Hijacker); ok {
			if connection, _, err := hijacker.Hijack(); err == nil {
				_ = connection.Close() //nolint:errcheck // that it is gone is what is wanted
			}
		}
		return true
	}
	if f.Status == 0 {
		return false
	}
	var info map[string]any
	if f.Reason != "" {
		info = map[string]any{"reason": f.Reason, "domain": "googleapis.com", "metadata": f.Info}
	}
	refuse(w, f.Status, f.Code, f.Message, info)
	return true
}

// Disabled is the answer of an API that is not enabled in a project.
func Disabled(api, path, number string) Fault {
	title := strings.TrimSuffix(api, ".googleapis.com")
	return Fault{
		Path: path, Status: http.StatusForbidden, Code: "PERMISSION_DENIED", Reason: "SERVICE_DISABLED",
		Message: title + " API has not been used in project " + number + " before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/" + api +
			"/overview?project=" + number + " then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
		Info: map[string]string{"service": api, "consumer": "projects/" + number},
	}
}
