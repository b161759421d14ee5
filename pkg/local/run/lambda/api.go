package lambda

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxResponse is the limit of a response's size
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxResponse = 6*1024*1024 + 100

// invocation is an event on its way through an environment.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	trace    string
	// outcome gets what the runtime posts, once.
	outcome chan outcome
}

// outcome is a response or an error.
type outcome struct {
	payload []byte
	err     *FunctionError
}

// api is the Runtime API of one environment.
type api struct {
	function *Function
	server   *http.Server
	address  string
	// work hands an event to the runtime's waiting call of next.
	work chan *invocation
	// idle gets a value whenever the runtime asks for the next event.
	idle chan struct{}
	// initError gets the error of a handler that cannot be loaded.
	initError chan *FunctionError
	done      chan struct{}

	mu      sync.Mutex
	current *invocation
}

// startAPI serves on a port of the loopback interface that the system chooses.
func startAPI(f *Function) (*api, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the Lambda Runtime API: %w", err)
	}
	a := &api{function: f, address: listener.Addr().String(), work: make(chan *invocation), idle: make(chan struct{}, 1),
		initError: make(chan *FunctionError, 1), done: make(chan struct{})}
	mux := http.NewServeMux()
	const base = "/2018-06-01/runtime/"
	mux.HandleFunc("GET "+base+"invocation/next", a.next)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", a.response)
	mux.HandleFunc("POST "+base+"invocation/{id}/error", a.failure)
	mux.HandleFunc("POST "+base+"init/error", a.initFailure)
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		// Serve ends with ErrServerClosed when the environment is closed, and has nothing else to report:
		// a runtime that cannot connect exits, which is what its environment watches.
		_ = a.server.Serve(listener)
	}()
	return a, nil
}

func (a *api) close() error {
	close(a.done)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := a.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = a.server.Close()
	}
	return err
}

// next waits for an event, as long as it takes.
func (a *api) next(w http.ResponseWriter, r *http.Request) {
	select {
	case a.idle <- struct{}{}:
	default:
	}
	select {
	case inv := <-a.work:
		a.mu.Lock()
		a.current = inv
		a.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", a.function.ARN)
		h.Set("Lambda-Runtime-Trace-Id", inv.trace)
		_, _ = w.Write(inv.payload) // a runtime that went away is seen by its exit
	case <-r.Context().Done():
	case <-a.done:
		http.Error(w, "the environment is closed", http.StatusGone)
	}
}

// take returns the invocation that a post is about, and forgets it.
func (a *api) take(w http.ResponseWriter, r *http.Request) *invocation {
	a.mu.Lock()
	defer a.mu.Unlock()
	inv := a.current
	if inv == nil || inv.id != r.PathValue("id") {
		fault(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return nil
	}
	a.current = nil
	return inv
}

func (a *api) response(w http.ResponseWriter, r *http.Request) {
	inv := a.take(w, r)
	if inv == nil {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxResponse+1))
	switch {
	case err != nil:
		inv.outcome <- outcome{err: platformError(ErrUnknown, inv.id, "the response broke off: "+err.Error())}
		fault(w, http.StatusBadRequest, "InvalidRequest", err.Error())
	case len(body) > maxResponse:
		inv.outcome <- outcome{err: platformError(ErrTooLarge, "", fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxResponse))}
		fault(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "Exceeded maximum allowed payload size")
	default:
		accepted(w)
		inv.outcome <- outcome{payload: body}
	}
}

func (a *api) failure(w http.ResponseWriter, r *http.Request) {
	inv := a.take(w, r)
	if inv == nil {
		return
	}
	inv.outcome <- outcome{err: a.posted(inv.id, r)}
	accepted(w)
}

func (a *api) initFailure(w http.ResponseWriter, r *http.Request) {
	select {
	case a.initError <- a.posted("", r):
	default:
	}
	accepted(w)
}

func (a *api) posted(id string, r *http.Request) *FunctionError {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxResponse))
	if err != nil {
		return platformError(ErrUnknown, id, "the error report broke off: "+err.Error())
	}
	return a.function.reportedError(id, r.Header.Get("Lambda-Runtime-Function-Error-Type"), body)
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`+"\n")
}

func fault(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"errorMessage":%q,"errorType":%q}`+"\n", message, kind)
}
