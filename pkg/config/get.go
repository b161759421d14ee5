package config

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Entry is one key and its value.
type Entry struct {
	// Key as a person types it, without dorc's own namespace.
	Key string `json:"key"`
	// Value is the text, or the JSON of a list or mapping. Secrets are
	// "[secret]" unless they were asked for.
	Value string `json:"value"`
	// Object says that Value is JSON.
	Object bool `json:"object"`
	// Secret says that Value is or has a secret.
	Secret bool `json:"secret"`
}

// ReadOptions change how values are read.
type ReadOptions struct {
	// Reveal shows secrets in clear, opened with Keyring. Default: "[secret]".
	Reveal  bool
	Keyring Keyring
	// Within refuses a file that lies outside this folder, also by a symbolic
	// link. Default: the file may lie anywhere.
	Within string
}

// List gives every key of a stack's configuration in the order of the file. A
// file that does not exist has none.
func List(path string, opts ReadOptions) ([]Entry, error) {
	data, s, decrypter, err := open(path, opts)
	if err != nil {
		return nil, err
	}
	d, err := parseDocument(data, s.File)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(d.config))
	for _, p := range d.config {
		key := config.MustMakeKey(p.namespace, p.name)
		e, err := entry(shownKey(key), s.Config[key], decrypter)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Get gives the value of a key, such as "tags.team" or "data_buckets[0].name".
func Get(path, key string, opts ReadOptions) (Entry, error) {
	k, err := parseKey(key)
	if err != nil {
		return Entry{}, err
	}
	_, s, decrypter, err := open(path, opts)
	if err != nil {
		return Entry{}, err
	}
	// Map.Get does not look for the key before it steps into the value.
	_, known := s.Config[k.top]
	v, ok := config.Value{}, false
	if known {
		v, ok, err = s.Config.Get(k.key, true)
	}
	if err != nil || !ok {
		return Entry{}, notFound(s, key, known)
	}
	return entry(shownKey(k.key), v, decrypter)
}

func notFound(s *Stack, key string, topKnown bool) error {
	hint := "dorc config list shows what is there"
	if !topKnown {
		var keys []string
		for k := range s.Config {
			keys = append(keys, shownKey(k))
		}
		if near := problem.Nearest(key, keys); near != "" {
			hint = "did you mean " + near + "?"
		}
	}
	return problem.Problem{File: s.File, Summary: "no value for key " + quote(key), Hint: hint}
}

func open(path string, opts ReadOptions) ([]byte, *Stack, config.Decrypter, error) {
	o := newOptions(path, []Option{AllowMissing(), Within(opts.Within)})
	data, err := readFile(path, o)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := parseStack(data, o.shown)
	if err != nil {
		return nil, nil, nil, err
	}
	if !opts.Reveal {
		return data, s, config.NewBlindingDecrypter(), nil
	}
	decrypter, err := opts.Keyring.Decrypter(s)
	return data, s, decrypter, err
}

func entry(key string, v config.Value, decrypter config.Decrypter) (Entry, error) {
	text, err := v.Value(decrypter)
	if err != nil {
		return Entry{}, err
	}
	return Entry{Key: key, Value: text, Object: v.Object(), Secret: v.Secure()}, nil
}
