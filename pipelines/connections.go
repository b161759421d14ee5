package pipelines

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
	"github.com/dorc-dev/dorc/pkg/workflows/launch"
)

// schemes are the JDBC names of the databases of a launcher's config.
var schemes = map[string]string{"mysql": "mysql", "postgres": "postgresql"}

// connections are the profiles whose connections the workflow has: those that the
// pipeline uses, and with one only every other of the environment, which a run may
// choose instead.
func (b *googleBuilder) connections() []string {
	used := b.content.Profiles()
	if len(used) != 1 {
		return used
	}
	all := append([]string{}, used...)
	for _, name := range Profiles(b.google).Names {
		if name != used[0] {
			all = append(all, name)
		}
	}
	return all
}

// databases are the connections as parameters of the pipeline. With one profile
// all have the names of its parameters.
func (b *googleBuilder) databases() ([]launch.Connection, error) {
	t := b.content.Translation
	if t == nil {
		return nil, nil
	}
	if problems := b.content.InProject(b.google.ProjectID); len(problems) > 0 {
		return nil, problems.Err()
	}
	scheme := map[string]string{}
	for _, s := range b.content.Launcher.Sources {
		if s.Profile != "" {
			scheme[s.Profile] = schemes[s.Module]
		}
	}
	used := b.content.Profiles()
	var all []launch.Connection
	for _, name := range b.connections() {
		like := name
		if len(used) == 1 {
			like = used[0]
		}
		c := launch.Connection{Profile: name, Values: map[string]string{}}
		for _, p := range t.Parameters {
			if p.Profile != like {
				continue
			}
			value, err := b.connectionValue(p.Kind, name, scheme[like])
			if err != nil {
				return nil, err
			}
			c.Values[p.Name] = value
		}
		all = append(all, c)
	}
	return all, nil
}

// connectionValue is a parameter of a connection. The password is never one: the
// workers read it from its secret.
func (b *googleBuilder) connectionValue(kind translate.Kind, profile, scheme string) (string, error) {
	c := b.google.ConnectionProfiles[profile]
	switch kind {
	case translate.URL:
		return jdbc(scheme, c), nil
	case translate.Username:
		return c.User, nil
	}
	project, secret, ok := secretID(b.shared.secrets[profile])
	if !ok {
		return "", problem.Problem{
			Resource: "pipeline " + b.args.Pipeline.ID(),
			Summary:  fmt.Sprintf("the output gcp-secret-%s-id is no secret's id", profile),
			Detail:   "it is projects/<project>/secrets/<secret>", Hint: "Export the id of the secret.",
		}
	}
	return fmt.Sprintf(`{"name": %q, "project": %q}`, secret, project), nil
}

// jdbc is the URL of a database. Sources:
// https://jdbc.postgresql.org/documentation/use/#connecting-to-the-database and
// https://dev.mysql.com/doc/connector-j/en/connector-j-reference-jdbc-url-format.html
func jdbc(scheme string, c config.ConnectionProfile) string {
	return "jdbc:" + scheme + "://" + net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) + "/" + url.PathEscape(c.Database)
}

// secretID takes projects/<project>/secrets/<secret> apart.
func secretID(id string) (project, secret string, ok bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 4 || parts[0] != "projects" || parts[2] != "secrets" {
		return "", "", false
	}
	return parts[1], parts[3], true
}
