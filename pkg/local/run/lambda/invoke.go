package lambda

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// errGone says that the process ended before it took the event; another environment can take it.
var errGone = errors.New("the environment ended before it took the event")

// invoke runs one event through the environment. usable tells whether it can take another.
func (e *environment) invoke(ctx context.Context, id string, payload []byte, deadline time.Time) (result []byte, usable bool, err error) {
	e.request.Store(&id)
	inv := &invocation{id: id, payload: payload, deadline: deadline, outcome: make(chan outcome, 1),
		trace: fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", time.Now().Unix(), randomHex(12), randomHex(8))}
	began := time.Now()
	e.report("START RequestId: %s Version: %s", id, e.function.Version)
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case e.api.work <- inv:
	case <-e.process.exited:
		return nil, false, errGone
	case <-timer.C:
		return nil, false, e.timedOut(id, began)
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}
	var out outcome
	select {
	case out = <-inv.outcome:
	case <-e.process.exited:
		select { // an answer that was posted before the end counts
		case out = <-inv.outcome:
		default:
			return nil, false, e.crashed(id, began)
		}
	case <-timer.C:
		return nil, false, e.timedOut(id, began)
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}
	if !e.process.checkMemory() {
		return nil, false, e.crashed(id, began)
	}
	usable = e.settle(ctx, timer)
	e.logs.drain()
	status := ""
	if out.err != nil {
		status = "\tStatus: error\tError Type: " + out.err.Type
	}
	e.finish(id, began, status)
	if out.err != nil {
		return nil, usable, out.err
	}
	return out.payload, usable, nil
}

// settle waits until the runtime asks for its next event, which is when Lambda counts an invocation as over.
func (e *environment) settle(ctx context.Context, timer *time.Timer) bool {
	select {
	case <-e.api.idle:
		return true
	case <-e.process.exited:
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// timedOut ends the process of an invocation that took too long.
func (e *environment) timedOut(id string, began time.Time) *FunctionError {
	message := fmt.Sprintf("Task timed out after %.2f seconds", e.function.Timeout.Seconds())
	e.process.kill()
	<-e.process.exited
	e.logs.drain()
	e.report("%s %s %s", time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), id, message)
	e.finish(id, began, "\tStatus: timeout")
	return platformError(ErrTimedOut, id, message)
}

// crashed describes the end of a process in an invocation.
func (e *environment) crashed(id string, began time.Time) *FunctionError {
	<-e.process.exited
	e.logs.drain()
	err := e.exitError(id)
	e.report("%s\n%s", err.Message, err.Type)
	e.finish(id, began, "\tStatus: error\tError Type: "+err.Type)
	return err
}

// finish writes the END and REPORT lines.
func (e *environment) finish(id string, began time.Time, status string) {
	took := time.Since(began)
	memory, init := "", ""
	if mb := e.process.peakMB(); mb > 0 {
		memory = fmt.Sprintf("\tMax Memory Used: %d MB", mb)
	}
	if e.initDuration > 0 {
		init = fmt.Sprintf("\tInit Duration: %s ms", milliseconds(e.initDuration))
		e.initDuration = 0
	}
	e.report("END RequestId: %s", id)
	e.report("REPORT RequestId: %s\tDuration: %s ms\tBilled Duration: %d ms\tMemory Size: %d MB%s%s%s",
		id, milliseconds(took), int(math.Ceil(float64(took)/float64(time.Millisecond))), e.function.MemoryMB, memory, init, status)
	none := ""
	e.request.Store(&none)
}
