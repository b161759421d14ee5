package bigquery

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// askTimeout is what a server on this machine has to say that it is there.
const askTimeout = 5 * time.Second

// client goes through no proxy: what it asks is on this machine.
var client = &http.Client{Timeout: askTimeout, Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}

// Find returns the URL of the server that has a state folder, if one runs and answers.
func Find(ctx context.Context, state string) (found string, ok bool) {
	state, err := absolute(state)
	if err != nil {
		return "", false
	}
	data, err := os.ReadFile(filepath.Join(state, "server.json"))
	if err != nil {
		return "", false
	}
	var kept struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(data, &kept) != nil {
		return "", false
	}
	at, err := url.Parse(kept.URL)
	if err != nil || at.Scheme != "http" || at.Hostname() != "127.0.0.1" {
		return "", false
	}
	// Another program can have the port by now: the server says which folder it has.
	var said struct {
		State string `json:"state"`
	}
	if ask(ctx, http.MethodGet, kept.URL+"/dorc/state", &said) != nil || said.State != state {
		return "", false
	}
	return kept.URL, true
}

// ask makes one request and reads its JSON.
func ask(ctx context.Context, method, to string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, to, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// absolute is a folder's path as the server shows it, without links.
func absolute(folder string) (string, error) {
	full, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if found, err := filepath.EvalSymlinks(full); err == nil {
		return found, nil
	}
	return full, nil
}
