package provider

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// Refusal is an answer with which a cloud's API refuses an operation.
type Refusal struct {
	// Status is the HTTP status of the answer.
	Status int
	// Code is the API's error code, such as "NoSuchEntity".
	Code string
	// Message is the API's message.
	Message string
}

// Error renders code and message. In a ResourceError the cloud words it.
func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Refuse makes a Refusal with status 400.
func Refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// WithStatus sets the status and returns the refusal.
func (r *Refusal) WithStatus(status int) *Refusal { r.Status = status; return r }

// ResourceError says which resource an operation failed on, and why.
type ResourceError struct {
	// Type and ID name the resource of the local cloud.
	Type tokens.Type
	ID   string
	// URN is the Pulumi name of the resource.
	URN resource.URN
	// Action is what was tried, such as "creating ECR Repository"; Operation is
	// the API operation that does it, such as "CreateRepository".
	Action, Service, Operation string
	// Err is the reason; what the cloud would refuse is a Refusal.
	Err error

	words func(*ResourceError, *Refusal) string
}

// Error names action, resource and reason; a refusal is in the cloud's words.
func (e *ResourceError) Error() string {
	var r *Refusal
	if errors.As(e.Err, &r) {
		return e.words(e, r)
	}
	return fmt.Sprintf("%s (%s): %v", e.Action, e.ID, e.Err)
}

// Unwrap returns the reason.
func (e *ResourceError) Unwrap() error { return e.Err }

// Code returns the cloud's error code, or "" when the cloud would not have refused.
func (e *ResourceError) Code() string {
	var r *Refusal
	if errors.As(e.Err, &r) {
		return r.Code
	}
	return ""
}
