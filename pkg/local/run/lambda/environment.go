package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// initLimit is how long a handler may take to load
// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
const initLimit = 10 * time.Second

// environment is one warm process with its Runtime API.
type environment struct {
	function *Function
	// emit hears the log lines: those of the present invocation, or of the last one.
	emit      atomic.Pointer[func(Line)]
	stream    string
	temporary string
	api       *api
	process   *process
	logs      *logs
	// request is the invocation that log lines belong to.
	request atomic.Pointer[string]
	started time.Time
	// initDuration is set when the handler was loaded, and taken by the first report.
	initDuration time.Duration
	closing      sync.Once
	closeErr     error
}

// start starts the process. The handler loads meanwhile; see ready.
func start(ctx context.Context, f *Function, emit func(Line)) (_ *environment, err error) {
	e := &environment{function: f}
	e.emit.Store(&emit)
	e.stream = fmt.Sprintf("%s/[%s]%s", time.Now().UTC().Format("2006/01/02"), f.Version, randomHex(16))
	none := ""
	e.request.Store(&none)
	if err := os.MkdirAll(f.Temporary, 0o700); err != nil {
		return nil, err
	}
	if e.temporary, err = os.MkdirTemp(f.Temporary, f.Name+"-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if e.api, err = startAPI(f); err != nil {
		return nil, err
	}
	program, err := f.Runtime.Program(ctx, Sandbox{Function: f, API: e.api.address, Stream: e.stream, Temporary: e.temporary})
	if err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	e.logs = newLogs(reader, func(text string) { e.line(text, false) })
	program.Cmd.Stdout, program.Cmd.Stderr = writer, writer
	e.started = time.Now()
	e.process, err = startProcess(program, f.MemoryMB)
	return e, errors.Join(err, writer.Close())
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// line emits a log line of the present invocation.
func (e *environment) line(text string, platform bool) {
	(*e.emit.Load())(Line{Time: time.Now(), Function: e.function.Name, Stream: e.stream, RequestID: *e.request.Load(), Message: text, Platform: platform})
}

// alive tells whether the process is still there.
func (e *environment) alive() bool {
	select {
	case <-e.process.exited:
		return false
	default:
		return true
	}
}

// ready waits until the handler is loaded. errInitTimeout says that it took too long.
func (e *environment) ready(ctx context.Context, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-e.api.idle:
		e.initDuration = time.Since(e.started)
		return nil
	case err := <-e.api.initError:
		return e.initFailed("error", err)
	case <-e.process.exited:
		select { // the report may have come just before the end
		case err := <-e.api.initError:
			return e.initFailed("error", err)
		default:
		}
		return e.initFailed("error", e.exitError(""))
	case <-timer.C:
		e.report("INIT_REPORT Init Duration: %s ms\tPhase: init\tStatus: timeout", milliseconds(time.Since(e.started)))
		return errInitTimeout
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

var errInitTimeout = errors.New("the handler did not load in time")

func (e *environment) initFailed(status string, err *FunctionError) error {
	e.logs.drain()
	e.report("INIT_REPORT Init Duration: %s ms\tPhase: init\tStatus: %s\tError Type: %s", milliseconds(time.Since(e.started)), status, err.Type)
	return err
}

// exitError describes a process that ended by itself or because of its memory.
func (e *environment) exitError(requestID string) *FunctionError {
	select {
	case <-e.process.tooLarge:
		used := "all"
		if mb := e.process.peakMB(); mb > 0 {
			used = fmt.Sprintf("%d MB", mb)
		}
		return platformError(ErrExit, requestID, fmt.Sprintf("Runtime exited with error: signal: killed (memory: %s used, the function has %d MB)", used, e.function.MemoryMB))
	default:
		return platformError(ErrExit, requestID, e.process.ending)
	}
}

func (e *environment) report(format string, args ...any) { e.line(fmt.Sprintf(format, args...), true) }

// close ends the process and waits for it.
func (e *environment) close() error {
	e.closing.Do(func() {
		var errs []error
		if e.process != nil {
			e.process.kill()
			<-e.process.exited
		}
		if e.logs != nil {
			errs = append(errs, e.logs.close())
		}
		if e.api != nil {
			errs = append(errs, e.api.close())
		}
		errs = append(errs, os.RemoveAll(e.temporary))
		e.closeErr = errors.Join(errs...)
	})
	return e.closeErr
}

// milliseconds renders a time as Lambda's reports do.
func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond))
}
