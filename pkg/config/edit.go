package config

import (
	"errors"
	"maps"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/yamlutil"
	"gopkg.in/yaml.v3"
)

// edit gives data with the value of key, and the fields of the secrets
// provider, as they are in after. It changes the lines of that key alone where
// the file's layout allows, else it writes the document anew and keeps its
// comments. Either way the result is read again and must equal after.
func edit(data []byte, before, after Stack, key config.Key) ([]byte, error) {
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	for _, try := range []func(string, Stack, Stack, config.Key) (string, error){editLines, editWhole} {
		edited, err := try(text, before, after, key)
		if err == nil && reads(edited, after) {
			if strings.Contains(string(data), "\r\n") {
				edited = strings.ReplaceAll(edited, "\n", "\r\n")
			}
			return []byte(edited), nil
		}
	}
	return nil, errors.New("config: the edited file would not read as it should; please report this with the file's layout")
}

// reads says that text reads as want.
func reads(text string, want Stack) bool {
	got, err := parseStack([]byte(text), want.File)
	if err != nil || got.EncryptionSalt != want.EncryptionSalt || got.EncryptedKey != want.EncryptedKey ||
		got.SecretsProvider != want.SecretsProvider || len(got.Config) != len(want.Config) {
		return false
	}
	for k, v := range want.Config {
		g, ok := got.Config[k]
		gText, gErr := g.Value(config.NopDecrypter)
		vText, vErr := v.Value(config.NopDecrypter)
		if !ok || gErr != nil || vErr != nil || gText != vText || g.Secure() != v.Secure() || g.Object() != v.Object() {
			return false
		}
	}
	return true
}

// providerFields are the top-level fields that making a secret may change.
func providerFields(s Stack) map[string]string {
	return map[string]string{"encryptionsalt": s.EncryptionSalt, "encryptedkey": s.EncryptedKey}
}

// editWhole writes the document anew: comments and order stay, blank lines do not.
func editWhole(text string, _, after Stack, _ config.Key) (string, error) {
	d, err := parseDocument([]byte(text), after.File)
	if err != nil {
		return "", err
	}
	values := map[string]config.Value{}
	left := maps.Clone(after.Config)
	for _, p := range d.config {
		k := config.MustMakeKey(p.namespace, p.name)
		values[p.key.Value] = left[k]
		delete(left, k)
	}
	for k, v := range left {
		values[shownKey(k)] = v
	}
	document := map[string]any{"config": values}
	for name, value := range providerFields(after) {
		if value != "" {
			document[name] = value
		}
	}
	if after.SecretsProvider != "" {
		document["secretsprovider"] = after.SecretsProvider
	}
	out, err := yamlutil.Edit([]byte(text), document)
	return string(out), err
}

var errLayout = errors.New("config: the layout cannot be edited by lines")

// editLines changes the lines of one key, or adds lines for it.
func editLines(text string, before, after Stack, key config.Key) (string, error) {
	text, err := setKeyLines(text, after, key)
	if err != nil {
		return "", err
	}
	old := providerFields(before)
	for _, name := range []string{"encryptedkey", "encryptionsalt"} {
		value := providerFields(after)[name]
		if value == old[name] {
			continue
		}
		d, err := parseDocument([]byte(text), after.File)
		if err != nil {
			return "", err
		}
		if text, err = setLines(text, d.root, name, value); err != nil {
			return "", err
		}
	}
	return text, nil
}

func setKeyLines(text string, after Stack, key config.Key) (string, error) {
	d, err := parseDocument([]byte(text), after.File)
	if err != nil {
		return "", err
	}
	name := shownKey(key)
	for _, p := range d.config {
		if p.namespace == key.Namespace() && p.name == key.Name() {
			name = p.key.Value
		}
	}
	if mapping := child(d.root, "config"); mapping != nil && mapping.Kind == yaml.MappingNode && len(mapping.Content) > 0 {
		return setLines(text, mapping, name, after.Config[key])
	}
	return setLines(text, d.root, "config", map[string]config.Value{name: after.Config[key]})
}

func child(mapping *yaml.Node, key string) *yaml.Node {
	if mapping == nil {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
