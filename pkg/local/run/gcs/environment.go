package gcs

import (
	"fmt"
	"os"
	"path/filepath"
)

// standIn are application default credentials that every Google library reads, and whose token is none: libraries
// without credentials look for those of a virtual machine, for half a minute. The token has not expired, so nobody asks Google for
// another (https://google.aip.dev/auth/4113).
const standIn = `{"type": "authorized_user", "client_id": "dorc", "client_secret": "dorc", "refresh_token": "dorc", "token": "dorc-local", "expiry": "2999-01-01T00:00:00Z"}
`

// Environment are the variables with which Google's client libraries use an endpoint and no credentials of this machine's.
// What they need of files is written into folder.
func Environment(url, folder, project string) (map[string]string, error) {
	file := filepath.Join(folder, "credentials.json")
	if err := os.WriteFile(file, []byte(standIn), 0o600); err != nil {
		return nil, fmt.Errorf("stand-in credentials: %w", err)
	}
	return map[string]string{
		"STORAGE_EMULATOR_HOST":          url,
		"GOOGLE_APPLICATION_CREDENTIALS": file,
		"GOOGLE_CLOUD_PROJECT":           project,
		"CLOUDSDK_CONFIG":                folder,
		"NO_GCE_CHECK":                   "true",
	}, nil
}
