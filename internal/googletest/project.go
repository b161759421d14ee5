package googletest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// Project is a Google project.
type Project struct {
	// Number is its number. Default: "123456789012".
	Number string
	// State is ACTIVE or DELETE_REQUESTED. Default: ACTIVE.
	State string
	// APIs are those that are on.
	APIs []string
	// Permissions are those that who asks has in it; nil is all.
	Permissions []string
	// Billing is its billing account. Default: none is linked.
	Billing string
}

// AddProject makes a project.
func (s *Server) AddProject(id string, p Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.Number == "" {
		p.Number = "123456789012"
	}
	if p.State == "" {
		p.State = "ACTIVE"
	}
	s.projects[id] = &p
}

// Allow lets who asks have permissions on a folder, an organization or a billing
// account, such as "folders/1". Without, they have none.
func (s *Server) Allow(on string, permissions ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parents[on] = permissions
}

func (s *Server) resourceManager(w http.ResponseWriter, r *http.Request, rest string) {
	name, verb, _ := strings.Cut(rest, ":")
	kind, id, _ := strings.Cut(name, "/")
	p := s.projects[id]
	switch {
	case kind == "projects" && p == nil:
		// As Google: nobody learns which projects exist.
		refuse(w, http.StatusForbidden, "PERMISSION_DENIED", "The caller does not have permission", nil)
	case verb == "getIamPolicy" && kind == "projects":
		s.policy(w, name)
	case verb == "testIamPermissions" && kind == "projects":
		testPermissions(w, r, func(wanted string) bool { return p.Permissions == nil || slices.Contains(p.Permissions, wanted) })
	case verb == "testIamPermissions":
		testPermissions(w, r, func(wanted string) bool { return slices.Contains(s.parents[name], wanted) })
	case kind == "projects" && verb == "":
		reply(w, map[string]any{"name": "projects/" + p.Number, "projectId": id, "state": p.State, "displayName": "Example data"})
	default:
		notFound(w, rest)
	}
}

func testPermissions(w http.ResponseWriter, r *http.Request, has func(string) bool) {
	var asked struct{ Permissions []string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", err.Error(), nil)
		return
	}
	if len(asked.Permissions) > 100 {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "Too many permissions", nil)
		return
	}
	reply(w, map[string]any{"permissions": slices.DeleteFunc(asked.Permissions, func(p string) bool { return !has(p) })})
}

func (s *Server) serviceUsage(w http.ResponseWriter, r *http.Request, rest string) {
	id := strings.Split(rest, "/")[1]
	p := s.projects[id]
	names := r.URL.Query()["names"]
	switch {
	case p == nil:
		denied(w, "serviceusage.services.get", "projects/"+id)
		return
	case len(names) > 20:
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "At most 20 names", nil)
		return
	}
	var found []any
	for _, name := range names {
		state, api := "DISABLED", name[strings.LastIndexByte(name, '/')+1:]
		if slices.Contains(p.APIs, api) {
			state = "ENABLED"
		}
		found = append(found, map[string]any{"name": "projects/" + p.Number + "/services/" + api, "state": state})
	}
	reply(w, map[string]any{"services": found})
}

func (s *Server) billing(w http.ResponseWriter, r *http.Request, rest string) {
	if name, verb, _ := strings.Cut(rest, ":"); verb == "testIamPermissions" {
		testPermissions(w, r, func(wanted string) bool { return slices.Contains(s.parents[name], wanted) })
		return
	}
	id := strings.Split(rest, "/")[1]
	p := s.projects[id]
	if p == nil {
		denied(w, "resourcemanager.projects.get", "projects/"+id)
		return
	}
	info := map[string]any{"name": "projects/" + id + "/billingInfo", "projectId": id}
	if p.Billing != "" {
		info["billingAccountName"], info["billingEnabled"] = "billingAccounts/"+p.Billing, true
	}
	reply(w, info)
}
