package config

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"gopkg.in/yaml.v3"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Keys says what the keys of a file mean.
type Keys int

const (
	// AnyKeys are those of a program of a user's own; nothing is checked.
	AnyKeys Keys = iota
	// UniversalKeys are those of Universal.
	UniversalKeys
	// EnvironmentKeys are those of Environment.
	EnvironmentKeys
)

// SetOptions change how a value is written.
type SetOptions struct {
	// Secret encrypts the value with Keyring.
	Secret  bool
	Keyring Keyring
	// Keys says what is checked before anything is written. Default: nothing.
	Keys Keys
	// Environment is the file's environment, for EnvironmentKeys.
	Environment string
	// Within refuses a file that lies outside this folder, also by a symbolic
	// link. Default: the file may lie anywhere.
	Within string
}

// Set writes one value to a stack's configuration, such as tags.team or
// data_buckets[0].name. Comments, order and layout of the rest stay as they are.
// The file is made when it does not exist and replaced in one step; when
// anything is wrong it stays as it was.
//
// Values of dorc's own keys are YAML where the key is no text, so that
// [raw, processed] is a list. Other values are texts; below a list or mapping,
// numbers and booleans are kept as such, as pulumi config set --path does.
func Set(path, key, value string, opts SetOptions) error {
	k, err := parseKey(key)
	if err != nil {
		return err
	}
	o := newOptions(path, []Option{AllowMissing(), Within(opts.Within)})
	data, err := readFile(path, o)
	if err != nil {
		return err
	}
	s, err := parseStack(data, o.shown)
	if err != nil {
		return err
	}
	before := *s
	v, err := newValue(k, value, s, opts)
	if err != nil {
		return err
	}
	s.Config = maps.Clone(s.Config)
	if err := s.Config.Set(k.key, v, true); err != nil {
		return problem.Problem{
			File: o.shown, Resource: key, Summary: "the value of " + quote(shownKey(k.top)) + " cannot be changed at " + quote(key),
			Detail: "a step of the key does not fit the value that is there", Hint: "dorc config get " + shownKey(k.top) + " shows it",
		}
	}
	edited, err := edit(data, before, *s, k.top)
	if err != nil {
		return err
	}
	if err := check(edited, opts, o); err != nil {
		return err
	}
	return writeFile(path, edited, o.shown)
}

// check refuses contents that dorc would refuse to read, but for required keys,
// which may come later.
func check(data []byte, opts SetOptions, o options) (err error) {
	switch opts.Keys {
	case UniversalKeys:
		_, err = parseUniversal(data, o, true)
	case EnvironmentKeys:
		_, err = parseEnvironment(data, opts.Environment, o, true)
	}
	return err
}

func newValue(k keyPath, value string, s *Stack, opts SetOptions) (config.Value, error) {
	if opts.Secret {
		m, err := opts.Keyring.Manager(s)
		if err != nil {
			return config.Value{}, err
		}
		ciphertext, err := m.Encrypter().EncryptValue(context.Background(), value)
		if err != nil {
			return config.Value{}, problem.Problem{File: s.File, Summary: "the value cannot be encrypted", Hint: passphraseHint}
		}
		return config.NewSecureValue(ciphertext), nil
	}
	if opts.Keys == AnyKeys || k.top.Namespace() != ProjectName {
		return config.NewValue(value), nil
	}
	switch kind := kinds[k.pattern()]; {
	case kind == structured:
		return structuredValue(k, value)
	case kind == number && isNumber(value):
		return config.NewTypedValue(value, config.TypeInt), nil
	case kind == decimal && isNumber(value):
		return config.NewTypedValue(value, config.TypeInt), nil
	case kind == decimal && isDecimal(value):
		return config.NewTypedValue(value, config.TypeFloat), nil
	case kind == boolean && (value == "true" || value == "false"):
		return config.NewTypedValue(value, config.TypeBool), nil
	default:
		return config.NewTypedValue(value, config.TypeString), nil
	}
}

// valueKind is what the value of a key is, where it is no text.
type valueKind int

const (
	structured valueKind = iota + 1 // a list or a mapping
	number
	decimal
	boolean
)

// kinds are dorc's keys whose values are no texts, with [] for an item of a list
// and * for a name that a person gives.
var kinds = map[string]valueKind{
	"tags": structured, "private_subnet_ids": structured, "log_retention_days": number, "aws": boolean,
	"data_buckets": structured, "data_buckets[]": structured, "data_buckets[].force_destroy": boolean,

	"gcp": structured, "gcp.create_project": structured, "gcp.apis": structured,
	"gcp.temp_retention_days": number, "gcp.force_destroy": boolean, "gcp.network": structured,
	"gcp.use_externally_managed_dataflow_sa":  boolean,
	"gcp.use_externally_managed_workflows_sa": boolean,
	"gcp.use_externally_managed_scheduler_sa": boolean,
	"gcp.data_buckets":                        structured, "gcp.data_buckets[]": structured, "gcp.data_buckets[].force_destroy": boolean,
	"gcp.connection_profiles": structured, "gcp.connection_profiles.*": structured, "gcp.connection_profiles.*.port": number,

	"gcp.composer": structured, "gcp.composer.workloads": structured, "gcp.composer.workloads.*": structured, "gcp.composer.schedulers": number,
	"gcp.composer.workloads.*.cpu": decimal, "gcp.composer.workloads.*.memory_gb": decimal, "gcp.composer.workloads.*.storage_gb": decimal,
	"gcp.composer.workloads.*.count": number, "gcp.composer.workloads.*.min_count": number, "gcp.composer.workloads.*.max_count": number,
	"gcp.composer.maintenance": structured, "gcp.composer.private": boolean, "gcp.composer.web_server_allowed": structured,
	"gcp.composer.enable_private_builds_only": boolean, "gcp.composer.pypi_packages": structured, "gcp.composer.airflow_overrides": structured,
	"gcp.composer.environment_variables": structured, "gcp.composer.use_externally_managed_composer_sa": boolean,
	"gcp.composer.use_externally_managed_dbt_sa": boolean, "gcp.composer.start_workflows": boolean, "gcp.composer.labels": structured,
}

// byName are the mappings whose keys are names that a person gives.
var byName = []string{
	"gcp.connection_profiles", "gcp.composer.workloads", "gcp.composer.pypi_packages", "gcp.composer.airflow_overrides",
	"gcp.composer.environment_variables", "gcp.composer.labels",
}

// pattern is the key as it stands in kinds.
func (k keyPath) pattern() string {
	pattern := k.top.Name()
	for _, step := range k.steps {
		name, named := step.(string)
		switch {
		case !named:
			pattern += "[]"
		case slices.Contains(byName, pattern):
			pattern += ".*"
		default:
			pattern += "." + name
		}
	}
	return pattern
}

func isNumber(value string) bool {
	_, err := strconv.Atoi(value)
	return err == nil
}

func isDecimal(value string) bool {
	f, err := strconv.ParseFloat(value, 64)
	return err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// structuredValue reads a value as YAML.
func structuredValue(k keyPath, value string) (config.Value, error) {
	var parsed any
	if err := yaml.Unmarshal([]byte(value), &parsed); err == nil {
		if text, err := json.Marshal(parsed); err == nil {
			if s, ok := parsed.(string); ok {
				return config.NewTypedValue(s, config.TypeString), nil
			}
			return config.NewObjectValue(string(text)), nil
		}
	}
	return config.Value{}, problem.Problem{
		Resource: "key " + quote(shownKey(k.key)), Summary: "the value is not YAML",
		Hint: "write a list as [raw, processed] and a mapping as {team: data}",
	}
}

// folderMissing says that the folder of a file to be written is not there.
func folderMissing(shown string) problem.Problem {
	return problem.Problem{
		File: shown, Summary: "its folder does not exist", Detail: filepath.Dir(shown),
		Hint: "CONFIG_REPO_PATH must name a config repo; `dorc new environment` adds an environment to it",
	}
}
