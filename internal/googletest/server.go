package googletest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Token is the access token that the server takes.
const Token = "canary-access-token"

// Server answers for Google Cloud.
type Server struct {
	// URL is where it listens, without a slash at its end.
	URL string

	mu         sync.Mutex
	http       *httptest.Server
	now        time.Time
	projects   map[string]*Project
	parents    map[string][]string
	workflows  map[string]*Workflow
	executions map[string]*execution
	jobs       []*Job
	launches   []string
	// environments are those of Composer by their name, images what regions offer,
	// policies members by resource and role.
	environments map[string]*Environment
	images       []Image
	policies     map[string]map[string][]string
	faults       []*Fault
	requests     []string
}

// Start starts a server that knows nothing yet.
func Start() *Server {
	s := &Server{
		now:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		projects: map[string]*Project{}, parents: map[string][]string{}, workflows: map[string]*Workflow{}, executions: map[string]*execution{},
		environments: map[string]*Environment{}, policies: map[string]map[string][]string{},
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Stop ends it, and the requests that are under way.
func (s *Server) Stop() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Endpoints are the variables that lead to the server, with their values.
func (s *Server) Endpoints() map[string]string {
	return map[string]string{
		"GOOGLE_DATAFLOW_CUSTOM_ENDPOINT":            s.URL + "/v1b3/",
		"GOOGLE_WORKFLOW_EXECUTIONS_CUSTOM_ENDPOINT": s.URL + "/v1/",
		"GOOGLE_RESOURCE_MANAGER_V3_CUSTOM_ENDPOINT": s.URL + "/v3/",
		"GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT":       s.URL + "/v1/",
		"GOOGLE_CLOUD_BILLING_CUSTOM_ENDPOINT":       s.URL + "/v1/",
		"GOOGLE_COMPOSER_CUSTOM_ENDPOINT":            s.URL + "/v1beta1/",
		"GOOGLE_IAM_CUSTOM_ENDPOINT":                 s.URL + "/v1/",
	}
}

// Requests are those that came, as "GET /v3/projects/x", in their order.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.requests...)
}

// clock is the server's time, which goes on by a second with each question for it.
func (s *Server) clock() string {
	s.now = s.now.Add(time.Second)
	return s.now.Format(time.RFC3339Nano)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	fault := s.fault(r)
	s.mu.Unlock()
	if fault != nil && fault.answer(w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+Token {
		refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.", nil)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/")
	version, rest, _ := strings.Cut(path, "/")
	switch {
	case version == "v3":
		s.resourceManager(w, r, rest)
	case version == "v1b3":
		s.dataflow(w, r, rest)
	case version == "v1" && strings.Contains(rest, "/workflows/"):
		s.workflowExecutions(w, r, rest)
	case version == "v1" && (strings.Contains(rest, "/environments/") || strings.HasSuffix(rest, "/imageVersions")):
		s.composer(w, r, rest)
	case version == "v1" && strings.Contains(rest, "/serviceAccounts/") && strings.HasSuffix(rest, ":getIamPolicy"):
		s.accountPolicy(w, rest)
	case version == "v1" && strings.HasSuffix(rest, "/services:batchGet"):
		s.serviceUsage(w, r, rest)
	case version == "v1" && (strings.HasSuffix(rest, "/billingInfo") || strings.HasPrefix(rest, "billingAccounts/")):
		s.billing(w, r, rest)
	default:
		notFound(w, r.URL.Path)
	}
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(v) //nolint:errcheck // the client sees what is missing
}

// refuse answers with an error as Google's APIs write them
// (https://cloud.google.com/apis/design/errors).
func refuse(w http.ResponseWriter, code int, status, message string, info map[string]any) {
	body := map[string]any{"code": code, "message": message, "status": status}
	if info != nil {
		info["@type"] = "type.googleapis.com/google.rpc.ErrorInfo"
		body["details"] = []any{info}
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": body}) //nolint:errcheck // the client sees what is missing
}

func notFound(w http.ResponseWriter, what string) {
	refuse(w, http.StatusNotFound, "NOT_FOUND", "Resource '"+what+"' was not found", nil)
}

func denied(w http.ResponseWriter, permission, resource string) {
	refuse(w, http.StatusForbidden, "PERMISSION_DENIED", "Permission '"+permission+"' denied on resource '"+resource+"' (or it may not exist).",
		map[string]any{"reason": "IAM_PERMISSION_DENIED", "domain": "iam.googleapis.com", "metadata": map[string]string{"permission": permission, "resource": resource}})
}
