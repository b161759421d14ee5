package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"

	"gocloud.dev/gcerrors"
)

// Fault is the kind of an error, so that one cause is told once.
type Fault int

const (
	// NoFault is no error, or one that this package's caller does not know.
	NoFault Fault = iota
	// BadCredentials are absent, expired or unknown to the cloud.
	BadCredentials
	// Unreachable is an endpoint that does not answer.
	Unreachable
	// Denied is a lack of permission.
	Denied
	// Absent is a thing that does not exist.
	Absent
	// Elsewhere is a bucket of another region.
	Elsewhere
	// OtherFault is any other answer.
	OtherFault
)

// Words finds the fault of an answer of one cloud, and says the reason without the
// noise of requests. An error that is none of that cloud's is NoFault.
type Words func(error) (Fault, string)

// FaultOf finds the kind of an error, which may be an answer in these words, a
// connection that failed, or a store's error.
func FaultOf(err error, words ...Words) (Fault, string) {
	for _, w := range words {
		if kind, reason := w(err); kind != NoFault {
			return kind, reason
		}
	}
	var dns *net.DNSError
	var op *net.OpError
	var address *url.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return Unreachable, fmt.Sprintf("no answer within %s", Timeout)
	case errors.As(err, &dns):
		return Unreachable, "no such host: " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED) && errors.As(err, &op):
		return Unreachable, fmt.Sprintf("%v refuses the connection", op.Addr)
	case errors.As(err, &op):
		return Unreachable, op.Err.Error()
	case errors.As(err, &address):
		return Unreachable, address.Err.Error()
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		return Absent, "it does not exist"
	case gcerrors.PermissionDenied:
		return Denied, "permission denied"
	}
	if answer := (interface{ HTTPStatusCode() int })(nil); errors.As(err, &answer) {
		return OtherFault, fmt.Sprintf("the answer has status %d", answer.HTTPStatusCode())
	}
	return OtherFault, err.Error()
}
