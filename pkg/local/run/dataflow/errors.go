package dataflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// apiError is an error as Google's APIs give it (https://google.aip.dev/193).
type apiError struct {
	code            int
	status, message string
	details         []any
}

func (e *apiError) Error() string { return e.message }

func refuse(code int, status, format string, values ...any) error {
	return &apiError{code: code, status: status, message: fmt.Sprintf(format, values...)}
}

func invalid(format string, values ...any) error {
	return refuse(http.StatusBadRequest, "INVALID_ARGUMENT", format, values...)
}

// unknown refuses what the local cloud does not have. It is no server error: clients would try those again.
func unknown(r *http.Request) error {
	return refuse(http.StatusBadRequest, "UNIMPLEMENTED", "the local cloud's Dataflow has no method %s %s", r.Method, r.URL.Path)
}

func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // a client that went away needs no answer
}

func fail(w http.ResponseWriter, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{code: http.StatusInternalServerError, status: "INTERNAL", message: err.Error()}
	}
	body := map[string]any{"code": e.code, "message": e.message, "status": e.status}
	if e.details != nil {
		body["details"] = e.details
	}
	answer(w, e.code, map[string]any{"error": body})
}
