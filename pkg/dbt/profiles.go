package dbt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/internal/tree"
)

// ProfilesFile has the connections that dbt uses. Source:
// https://docs.getdbt.com/docs/core/connect-data-platform/bigquery-setup
const ProfilesFile = "profiles.yml"

// The environment variables that the profile reads. An environment sets them, so
// that one image runs in all.
const (
	// VariableProject is the Google project of the data. Required.
	VariableProject = "DOP_PROJECT_ID"
	// VariableLocation is BigQuery's location. Required.
	VariableLocation = "DOP_LOCATION"
	// VariableSchema is the dataset. Default: the profile's name with _ for -.
	VariableSchema = "DOP_DBT_SCHEMA"
	// VariableAccount is the service account that dbt acts as. Default, and when it is
	// empty: the one that it runs as.
	VariableAccount = "DOP_DBT_SERVICE_ACCOUNT"
)

// threads is how many models dbt builds at a time. A task can say --threads.
const threads = 4

// Profiles is the profiles.yml that dorc writes into the image of a project without
// one. It has no key: dbt signs in as the pod that it runs in, and impersonates.
func (p *Project) Profiles() []byte {
	return fmt.Appendf(nil, `%s:
  target: default
  outputs:
    default:
      type: bigquery
      method: oauth
      project: "{{ env_var('%s') }}"
      dataset: "{{ env_var('%s', '%s') }}"
      location: "{{ env_var('%s') }}"
      threads: %d
      impersonate_service_account: "{{ env_var('%s', '') or none }}"
`, key(p.Profile), VariableProject, VariableSchema, identifier(p.Profile), VariableLocation, threads, VariableAccount)
}

// key is a text as a key of YAML.
func key(text string) string {
	data, err := yaml.Marshal(text)
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return strings.TrimSuffix(string(data), "\n")
}

// secret are the keys of profiles that have a secret, or lead to one.
var secret = []string{
	"keyfile", "keyfile_json", "password", "pass", "private_key", "private_key_path", "private_key_passphrase",
	"token", "refresh_token", "access_token", "client_secret", "aws_secret_access_key", "secret_access_key",
}

// fromEnvironment is a value that is read when dbt runs.
var fromEnvironment = regexp.MustCompile(`^\s*\{\{[^}]*env_var\(\s*['"]\w+['"]\s*\)[^}]*\}\}\s*$`)

// profiles checks a profiles.yml of the project's own.
func (r *reader) profiles() {
	data, f := r.read(ProfilesFile)
	defer func() { r.problems = append(r.problems, f.Problems...) }()
	root := f.Read(data)
	if root == nil {
		r.project.OwnProfiles = len(f.Problems) > 0
		return
	}
	r.project.OwnProfiles = true
	noSecrets(f, root)
	entries, ok := f.Mapping(root, "the profiles")
	if !ok {
		return
	}
	var names []string
	for _, e := range entries {
		if e.Name != "config" {
			names = append(names, e.Name)
		}
	}
	if p := r.project.Profile; p != "" && !slices.Contains(names, p) {
		f.Refuse(root, fmt.Sprintf("there is no profile %q", tree.Shorten(p)), ProjectFile+" names it, and here are: "+tree.Shorten(strings.Join(names, ", ")),
			tree.DidYouMean(p, names))
	}
}

// noSecrets refuses keys and passwords anywhere in the profiles: whoever may read an
// image would have them.
func noSecrets(f *tree.File, n *yaml.Node) {
	n = tree.Follow(n)
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i], tree.Follow(n.Content[i+1])
			if !slices.Contains(secret, strings.ToLower(name.Value)) || value.Tag == "!!null" || fromEnvironment.MatchString(value.Value) {
				continue
			}
			f.Refuse(name, "an image has no keys and no passwords", name.Value+" would be in the image for everyone who may read it",
				"Use method: oauth with impersonate_service_account, or read the value when dbt runs: \"{{ env_var('NAME') }}\".")
		}
	}
	for _, c := range n.Content {
		noSecrets(f, c)
	}
}
