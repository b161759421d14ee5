package googletest

import (
	"net/http"
	"slices"
	"strings"
)

// Environment is a Composer environment.
type Environment struct {
	// State is as Composer writes it. Default: RUNNING.
	State string
	// Bucket has its DAGs. Default: the region and the name with "-bucket" behind them.
	Bucket string
	// Image is its image version. Default: "composer-3-airflow-2.10.5-build.15".
	Image string
	// Account is the service account of its tasks. Default: none is told.
	Account string
}

// Image is an image version that a region offers.
type Image struct {
	Version string
	// CreationDisabled says that no new environment can have it.
	CreationDisabled bool
}

// AddEnvironment makes a Composer environment, by its name
// projects/<project>/locations/<region>/environments/<name>, or makes it another.
func (s *Server) AddEnvironment(name string, e Environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(name, "/")
	if e.State == "" {
		e.State = "RUNNING"
	}
	if e.Bucket == "" {
		e.Bucket = parts[3] + "-" + parts[5] + "-bucket"
	}
	if e.Image == "" {
		e.Image = "composer-3-airflow-2.10.5-build.15"
	}
	s.environments[name] = &e
}

// Offer says which image versions each region has.
func (s *Server) Offer(images ...Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.images = images
}

// Grant adds a member to a role in the policy of a project, such as
// "projects/x", or of a service account, by its address.
func (s *Server) Grant(on, role, member string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.policies[on] == nil {
		s.policies[on] = map[string][]string{}
	}
	s.policies[on][role] = append(s.policies[on][role], member)
}

// composer answers for environments and image versions. Lists have pages of two.
func (s *Server) composer(w http.ResponseWriter, r *http.Request, rest string) {
	parts := strings.Split(rest, "/")
	switch {
	case r.Method == http.MethodGet && len(parts) == 6 && parts[4] == "environments":
		e := s.environments[rest]
		if e == nil {
			notFound(w, rest)
			return
		}
		config := map[string]any{
			"dagGcsPrefix": "gs://" + e.Bucket + "/dags", "airflowUri": "https://airflow.example.com", "softwareConfig": map[string]any{"imageVersion": e.Image},
		}
		if e.Account != "" {
			config["nodeConfig"] = map[string]any{"serviceAccount": e.Account}
		}
		reply(w, map[string]any{"name": rest, "state": e.State, "config": config})
	case r.Method == http.MethodGet && len(parts) == 5 && parts[4] == "imageVersions":
		const page = 2
		from := min(len(r.URL.Query().Get("pageToken"))*page, len(s.images))
		to := min(from+page, len(s.images))
		list := []any{}
		for _, i := range s.images[from:to] {
			list = append(list, map[string]any{"imageVersionId": i.Version, "creationDisabled": i.CreationDisabled})
		}
		answer := map[string]any{"imageVersions": list}
		if to < len(s.images) {
			answer["nextPageToken"] = r.URL.Query().Get("pageToken") + "x"
		}
		reply(w, answer)
	default:
		notFound(w, rest)
	}
}

// accountPolicy answers with the policy of a service account that is known.
func (s *Server) accountPolicy(w http.ResponseWriter, rest string) {
	account := strings.TrimSuffix(rest[strings.LastIndexByte(rest, '/')+1:], ":getIamPolicy")
	if s.policies[account] == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "Unknown service account", nil)
		return
	}
	s.policy(w, account)
}

// policy answers with who has which role.
func (s *Server) policy(w http.ResponseWriter, on string) {
	bindings := []any{}
	for role, members := range s.policies[on] {
		bindings = append(bindings, map[string]any{"role": role, "members": slices.Clone(members)})
	}
	reply(w, map[string]any{"bindings": bindings, "etag": "BwX"})
}
