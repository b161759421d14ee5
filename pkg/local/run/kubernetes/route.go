package kubernetes

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxBody is how much of a request is read; a cluster takes up to 1.5 MiB
// (https://etcd.io/docs/v3.5/dev-guide/limit/).
const maxBody = 3 << 20

// handler routes the requests of a pod's life
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/).
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	const pods = "/api/v1/namespaces/{namespace}/pods"
	mux.HandleFunc("POST "+pods, s.create)
	mux.HandleFunc("GET "+pods, s.list)
	mux.HandleFunc("GET "+pods+"/{name}", s.read)
	mux.HandleFunc("PATCH "+pods+"/{name}", s.patch)
	mux.HandleFunc("DELETE "+pods+"/{name}", s.remove)
	mux.HandleFunc("GET "+pods+"/{name}/log", s.log)
	mux.HandleFunc("GET /api/v1/namespaces/{namespace}/events", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"apiVersion": "v1", "kind": "EventList", "metadata": map[string]any{}, "items": []any{}})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("dorc's local pods have no %s %s; docs/limitations.md says what they have", r.Method, r.URL.Path))
	})
	return mux
}

// answer writes a document.
func answer(w http.ResponseWriter, code int, document any) {
	data, err := json.Marshal(document)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(data) // a client that is gone has nobody to tell
}

// refuse writes a Status, the API's form of an error.
func refuse(w http.ResponseWriter, code int, reason, message string) {
	answer(w, code, map[string]any{
		"apiVersion": "v1", "kind": "Status", "metadata": map[string]any{}, "status": "Failure",
		"reason": reason, "message": message, "code": code,
	})
}

// body reads a document of a request.
func body(w http.ResponseWriter, r *http.Request) (map[string]any, bool) {
	var document map[string]any
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(data, &document)
	}
	if err != nil || document == nil {
		refuse(w, http.StatusBadRequest, "BadRequest", fmt.Sprintf("the request has no document: %v", err))
		return nil, false
	}
	return document, true
}

// find answers 404 when there is no such pod.
func (s *Server) find(w http.ResponseWriter, r *http.Request) *pod {
	name := r.PathValue("name")
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pods[r.PathValue("namespace")+"/"+name]
	if p == nil {
		refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("pods %q not found", name))
	}
	return p
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	document, ok := body(w, r)
	if !ok {
		return
	}
	p, err := newPod(r.PathValue("namespace"), document)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, "Invalid", err.Error())
		return
	}
	if err := s.start(p); err != nil {
		refuse(w, http.StatusConflict, "AlreadyExists", fmt.Sprintf("pods %q %v", p.name, err))
		return
	}
	answer(w, http.StatusCreated, p.show())
}

func (s *Server) read(w http.ResponseWriter, r *http.Request) {
	if p := s.find(w, r); p != nil {
		answer(w, http.StatusOK, p.show())
	}
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	match, err := selector(r.URL.Query().Get("labelSelector"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "BadRequest", err.Error())
		return
	}
	items := []any{}
	for _, p := range s.all(r.PathValue("namespace")) {
		if match(p.labels()) {
			items = append(items, p.show())
		}
	}
	answer(w, http.StatusOK, map[string]any{"apiVersion": "v1", "kind": "PodList", "metadata": map[string]any{}, "items": items})
}

// patch takes a merge patch of metadata, which is all that Airflow changes of a pod that runs.
func (s *Server) patch(w http.ResponseWriter, r *http.Request) {
	p := s.find(w, r)
	if p == nil {
		return
	}
	if kind := r.Header.Get("Content-Type"); !strings.Contains(kind, "merge-patch") {
		refuse(w, http.StatusUnsupportedMediaType, "UnsupportedMediaType", fmt.Sprintf("the patch is %q; dorc's local pods take merge patches", kind))
		return
	}
	change, ok := body(w, r)
	if !ok {
		return
	}
	metadata, _ := change["metadata"].(map[string]any)
	p.merge(metadata)
	answer(w, http.StatusOK, p.show())
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request) {
	p := s.find(w, r)
	if p == nil {
		return
	}
	p.stop()
	s.mu.Lock()
	delete(s.pods, p.namespace+"/"+p.name)
	s.mu.Unlock()
	answer(w, http.StatusOK, p.show())
}
