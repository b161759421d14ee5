package gcs

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/dorc-dev/dorc/pkg/local/objects"
)

// apiError is an error as the JSON API gives it
// (https://cloud.google.com/storage/docs/json_api/v1/status-codes).
type apiError struct {
	code            int
	reason, message string
}

func (e *apiError) Error() string { return e.message }

func refuse(code int, reason, format string, values ...any) error {
	return &apiError{code, reason, fmt.Sprintf(format, values...)}
}

// invalid refuses a request that Google would refuse too.
func invalid(format string, values ...any) error {
	return refuse(http.StatusBadRequest, "invalid", format, values...)
}

// absent refuses what the local cloud does not have. It is no server error: clients would try those again.
func absent(what string) error {
	return refuse(http.StatusBadRequest, "notImplementedByLocalCloud", "The local cloud's Cloud Storage has no %s.", what)
}

// coded turns an error of the store into the API's.
func (a *api) coded(err error, bucket, key string) error {
	switch {
	case errors.Is(err, objects.ErrNoBucket):
		a.hear.Missing(bucket)
		return noBucket(bucket)
	case errors.Is(err, objects.ErrNotFound), errors.Is(err, objects.ErrNoVersion):
		return refuse(http.StatusNotFound, "notFound", "No such object: %s/%s", bucket, key)
	case errors.Is(err, objects.ErrKey):
		return invalid("The name of the object cannot be a file's: %v.", err)
	}
	return err
}

func noBucket(name string) error {
	return refuse(http.StatusNotFound, "notFound", "The specified bucket does not exist: %s. Buckets of the local cloud are created by applying a stack.", name)
}

// describeError is the code and body of an error.
func describeError(err error) (int, any) {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{http.StatusInternalServerError, "backendError", err.Error()}
	}
	return e.code, map[string]any{"error": map[string]any{
		"code": e.code, "message": e.message,
		"errors": []any{map[string]any{"domain": "global", "reason": e.reason, "message": e.message}},
	}}
}

// answer writes JSON.
func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // a client that went away needs no answer
}

func fail(w http.ResponseWriter, err error) {
	code, body := describeError(err)
	if code == http.StatusNotModified {
		w.WriteHeader(code)
		return
	}
	answer(w, code, body)
}
