package config

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// maxIndex limits list indexes: Pulumi makes a list of that many items.
const maxIndex = 1000

// keyPath is a configuration key as a person types it: project, tags.team,
// data_buckets[0].name, aws:region, tags["a.b"].
type keyPath struct {
	// key has the whole path in its name, as config.Map takes it.
	key config.Key
	// top is the key in the file.
	top config.Key
	// steps are below top.
	steps resource.PropertyPath
}

func parseKey(key string) (keyPath, error) {
	bad := func(detail string) (keyPath, error) {
		return keyPath{}, problem.Problem{
			Resource: "key " + quote(key), Summary: "not a configuration key", Detail: detail,
			Hint: "write name, name.key, name[0] or namespace:name",
		}
	}
	// The namespace ends at a colon before the first step into the value.
	namespace, path := ProjectName, key
	if i := strings.IndexAny(key, `:.[`); i >= 0 && key[i] == ':' {
		namespace, path = key[:i], strings.TrimPrefix(key[i+1:], "config:")
	}
	steps, err := resource.ParsePropertyPathStrict(path)
	if err != nil || len(steps) == 0 || namespace == "" {
		return bad("")
	}
	name, ok := steps[0].(string)
	if !ok || name == "" || strings.Contains(name, ":") {
		return bad("it starts with no name")
	}
	for _, step := range steps {
		if i, ok := step.(int); ok && (i < 0 || i >= maxIndex) {
			return bad("indexes are 0 to 999")
		}
	}
	return keyPath{
		key: config.MustMakeKey(namespace, path), top: config.MustMakeKey(namespace, name), steps: steps[1:],
	}, nil
}

// shownKey is the key as a person types it: without dorc's own namespace.
func shownKey(k config.Key) string {
	if k.Namespace() == ProjectName {
		return k.Name()
	}
	return k.String()
}
