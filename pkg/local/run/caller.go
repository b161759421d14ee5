package run

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
)

// caller makes the HTTP requests of an execution: those to Google's APIs are answered by the local cloud, all others
// go to the network as they are.
type caller struct {
	flow   *flow
	record *record
}

const googleapis = ".googleapis.com"

// Do answers a request.
func (c *caller) Do(r *http.Request) (*http.Response, error) {
	host := strings.ToLower(r.URL.Hostname())
	name, google := strings.CutSuffix(host, googleapis)
	switch {
	case !google:
		return http.DefaultClient.Do(r)
	case name == "dataflow":
		response := locally(c.flow.jobs, r)
		c.looked(r, response)
		return response, nil
	case name == "storage", name == "www" && strings.Contains(r.URL.Path, "/storage/v1/"):
		return locally(c.flow.storage, r), nil
	case name == "workflowexecutions":
		return locally(http.HandlerFunc(c.executions), r), nil
	case name == "secretmanager":
		return locally(http.HandlerFunc(c.secrets), r), nil
	case r.Header.Get("Authorization") != "":
		return locally(notHere(name), r), nil
	}
	return http.DefaultClient.Do(r)
}

// services are what people call APIs that workflows use often.
var services = map[string]string{"bigquery": "BigQuery", "pubsub": "Pub/Sub", "run": "Cloud Run", "cloudfunctions": "Cloud Functions", "firestore": "Firestore", "spanner": "Spanner"}

// notHere refuses an API that the local cloud does not have. The code is none that is tried again.
func notHere(name string) http.HandlerFunc {
	known := services[name]
	if known == "" {
		known = "service " + name + googleapis
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusBadRequest, "UNIMPLEMENTED", "the local cloud has no "+known+". Run this pipeline on the cloud target (DORC_TARGET=cloud), or let it work on files of buckets.")
	}
}

func refuse(w http.ResponseWriter, code int, status, message string) {
	respond(w, code, map[string]any{"error": map[string]any{"code": code, "status": status, "message": message}})
}

func respond(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // what is written is kept in memory
}

// looked notes the state of a job that a workflow asked for.
func (c *caller) looked(r *http.Request, response *http.Response) {
	if r.Method != http.MethodGet || response.StatusCode != http.StatusOK {
		return
	}
	body, ok := response.Body.(*kept)
	if !ok {
		return
	}
	var job struct{ ID, CurrentState string }
	if json.Unmarshal(body.Bytes(), &job) == nil && job.ID != "" {
		c.flow.polls.look("job "+job.ID, job.CurrentState)
	}
}

// kept is a response's body.
type kept struct{ *bytes.Buffer }

// Close does nothing: the body is in memory.
func (kept) Close() error { return nil }

// locally lets a handler of this process answer a request.
func locally(h http.Handler, r *http.Request) *http.Response {
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if in.Host == "" {
		in.Host = in.URL.Host
	}
	w := &answered{header: http.Header{}, code: http.StatusOK}
	h.ServeHTTP(w, in)
	return &http.Response{StatusCode: w.code, Status: fmt.Sprintf("%d %s", w.code, http.StatusText(w.code)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, ContentLength: int64(w.body.Len()), Body: &kept{&w.body}, Request: r}
}

// answered keeps what a handler answers.
type answered struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (a *answered) Header() http.Header         { return a.header }
func (a *answered) WriteHeader(code int)        { a.code = code }
func (a *answered) Write(p []byte) (int, error) { return a.body.Write(p) }

// secrets answers secrets.versions.access
// (https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access).
func (c *caller) secrets(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/v1/"), ":access")
	if !ok || r.Method != http.MethodGet {
		refuse(w, http.StatusBadRequest, "UNIMPLEMENTED", "the local cloud's Secret Manager has no method "+r.Method+" "+r.URL.Path)
		return
	}
	value, found, err := c.accessSecret(name)
	switch {
	case errors.Is(err, cloud.ErrNotFound):
		refuse(w, http.StatusNotFound, "NOT_FOUND", "Secret Version ["+name+"] not found: it is not applied to the local target, or has no value.")
	case err != nil:
		refuse(w, http.StatusInternalServerError, "INTERNAL", err.Error())
	default:
		respond(w, http.StatusOK, map[string]any{"name": found, "payload": map[string]any{"data": base64.StdEncoding.EncodeToString([]byte(value))}})
	}
}

// accessSecret reads the value of a secret's version.
func (c *caller) accessSecret(name string) (value, found string, err error) {
	doc, err := c.flow.runner.secret(name)
	if err != nil {
		return "", "", err
	}
	value = text(doc, "secretData")
	if value == "" {
		value, _ = doc.Inputs["secretData"].(string)
	}
	return value, doc.ID, nil
}

// drain reads a request's body.
func drain(r *http.Request) ([]byte, error) { return io.ReadAll(r.Body) }
