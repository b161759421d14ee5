package google

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
)

// scope is that of everything that dorc asks. IAM decides what it allows.
const scope = "https://www.googleapis.com/auth/cloud-platform"

// Access says who asks Google Cloud, and where. Its zero value is Google's own
// endpoints with Application Default Credentials
// (https://cloud.google.com/docs/authentication/application-default-credentials).
type Access struct {
	// Token is an access token that stands in for credentials. Default: none.
	Token Secret
	// Credentials are the contents of a credentials file, or its path, as
	// Pulumi's plugin takes them. Default: none.
	Credentials Secret
	// Endpoints are other endpoints of services, by the name of their variable, such
	// as GOOGLE_DATAFLOW_CUSTOM_ENDPOINT; a value ends in the API's version and a
	// slash. Default: Google's own.
	Endpoints map[string]string
	// Pause is the wait before a question that failed is asked again, at first.
	// Default: a second.
	Pause time.Duration
}

// Secret is a text that does not print itself.
type Secret string

// String hides the text.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString hides the text from %#v.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// MarshalText hides the text from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// identity are credentials that were found, with what is known of them.
type identity struct {
	*google.Credentials
	// who names them for a person.
	who string
}

// find finds the credentials. It asks nobody whether they hold.
func (a Access) find(ctx context.Context) (*identity, error) {
	switch {
	case a.Token != "":
		source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: string(a.Token)})
		return &identity{&google.Credentials{TokenSource: source}, "the access token in GOOGLE_OAUTH_ACCESS_TOKEN"}, nil
	case a.Credentials != "":
		text := []byte(a.Credentials)
		if !strings.HasPrefix(strings.TrimSpace(string(a.Credentials)), "{") {
			var err error
			if text, err = os.ReadFile(string(a.Credentials)); err != nil {
				return nil, fmt.Errorf("GOOGLE_CREDENTIALS: %w", err)
			}
		}
		var file struct{ Type google.CredentialsType }
		if err := json.Unmarshal(text, &file); err != nil {
			return nil, errors.New("GOOGLE_CREDENTIALS: it is no credentials file: it is not JSON")
		}
		found, err := google.CredentialsFromJSONWithType(ctx, text, file.Type, scope)
		if err != nil {
			return nil, fmt.Errorf("GOOGLE_CREDENTIALS: %w", err)
		}
		return &identity{found, whose(found.JSON)}, nil
	}
	found, err := google.FindDefaultCredentials(ctx, scope)
	if err != nil {
		return nil, err
	}
	return &identity{found, whose(found.JSON)}, nil
}

// whose names the owner of a credentials file, as far as the file says it.
func whose(text []byte) string {
	if len(text) == 0 {
		return "the service account of this machine"
	}
	var file struct {
		Type          string `json:"type"`
		Email         string `json:"client_email"`
		Impersonation string `json:"service_account_impersonation_url"`
	}
	if json.Unmarshal(text, &file) != nil {
		return "Application Default Credentials"
	}
	impersonated, _, _ := strings.Cut(file.Impersonation[strings.LastIndexByte(file.Impersonation, '/')+1:], ":")
	switch {
	case file.Email != "":
		return "the service account " + file.Email
	case impersonated != "":
		return "the service account " + impersonated + ", impersonated"
	case file.Type == "authorized_user":
		return "a user (Application Default Credentials)"
	case file.Type == "external_account":
		return "a workload identity"
	}
	return "Application Default Credentials"
}
