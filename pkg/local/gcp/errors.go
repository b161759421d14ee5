package gcp

import (
	"net/http"

	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// Reasons of Google's errors, https://cloud.google.com/apis/design/errors.
func notFound(format string, args ...any) *refusal {
	return provider.Refuse("notFound", format, args...).WithStatus(http.StatusNotFound)
}

func alreadyExists(format string, args ...any) *refusal {
	return provider.Refuse("alreadyExists", format, args...).WithStatus(http.StatusConflict)
}

func badRequest(format string, args ...any) *refusal {
	return provider.Refuse("badRequest", format, args...)
}

func forbidden(format string, args ...any) *refusal {
	return provider.Refuse("forbidden", format, args...).WithStatus(http.StatusForbidden)
}

func conflict(format string, args ...any) *refusal {
	return provider.Refuse("conflict", format, args...).WithStatus(http.StatusConflict)
}

func duplicate(format string, args ...any) *refusal {
	return provider.Refuse("duplicate", format, args...).WithStatus(http.StatusConflict)
}
