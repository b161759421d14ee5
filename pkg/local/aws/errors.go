package aws

import (
	"fmt"
	"net/http"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// apiError is a refusal as an AWS API words it.
type apiError struct {
	// Status is the HTTP status that AWS answers with.
	Status int
	// Code is AWS's error code, such as "NoSuchEntity".
	Code string
	// Message is AWS's message.
	Message string
}

// Error renders code and message as the AWS SDKs do.
func (e *apiError) Error() string {
	return fmt.Sprintf("https response error StatusCode: %d, %s: %s", e.Status, e.Code, e.Message)
}

// refusal makes an apiError with status 400.
func refusal(code, format string, args ...any) *apiError {
	return &apiError{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *apiError) status(s int) *apiError { e.Status = s; return e }

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
	// Err is the reason; for what AWS would refuse it has AWS's code.
	Err error
}

// Error renders "creating ECR Repository (name): operation error ECR: CreateRepository, …".
func (e *ResourceError) Error() string {
	if _, ok := e.Err.(*apiError); ok {
		return fmt.Sprintf("%s (%s): operation error %s: %s, %v", e.Action, e.ID, e.Service, e.Operation, e.Err)
	}
	return fmt.Sprintf("%s (%s): %v", e.Action, e.ID, e.Err)
}

// Unwrap returns the reason.
func (e *ResourceError) Unwrap() error { return e.Err }

// Code returns AWS's error code, or "" when AWS would not have refused.
func (e *ResourceError) Code() string {
	if a, ok := e.Err.(*apiError); ok {
		return a.Code
	}
	return ""
}
