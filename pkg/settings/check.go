package settings

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dorc-dev/dorc/internal/awsid"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// settings checks every value and completes them.
func (l layers) settings(opts Options) (*Settings, error) {
	s := &Settings{Root: l.root, LocalDir: filepath.Join(l.root, LocalDirName), sources: map[string]Source{}}
	var problems problem.List
	check := func(name string, parse func(value string, src Source) *problem.Problem) {
		value, src := l.get(name)
		s.sources[name] = src
		if p := parse(value, src); p != nil {
			problems = append(problems, *p)
		}
	}
	check(TargetName, func(v string, src Source) *problem.Problem {
		s.Target = Target(v)
		return checkTarget(v, src)
	})
	// Without anything on AWS its variables are as on the local target.
	awsTarget := s.Target
	if s.Target == TargetCloud && opts.NoAWS != nil && opts.NoAWS(l.universalConfigPath()) {
		awsTarget = TargetLocal
	}
	check(AWSAccount, func(v string, src Source) *problem.Problem {
		s.AWSAccount = v
		endpoint, _ := l.get(AWSEndpointURL)
		return checkAccount(v, awsTarget, endpoint != "", src)
	})
	check(AWSRegion, func(v string, src Source) *problem.Problem {
		s.AWSRegion = v
		return checkRegion(v, awsTarget, src)
	})
	check(ConfigRepoPath, func(v string, src Source) *problem.Problem {
		s.ConfigRepoPath = absolute(l.root, v)
		return checkConfigRepo(s.ConfigRepoPath, l.root, opts.ConfigRepoOptional, src)
	})
	check(InfraBucket, func(v string, src Source) (p *problem.Problem) {
		s.InfraBucket, p = stateURL(l.root, v, src)
		return p
	})
	check(UniversalStackName, func(v string, src Source) *problem.Problem {
		s.UniversalStackName = v
		return checkName(UniversalStackName, v, src)
	})
	check(InfraStackName, func(v string, src Source) *problem.Problem {
		s.InfraStackName = v
		if v == s.UniversalStackName {
			p := src.problem(InfraStackName, "is the same as "+UniversalStackName, "both are "+quote(v),
				"give each instance a folder of its own")
			return &p
		}
		return checkName(InfraStackName, v, src)
	})
	check(AWSEndpointURL, func(v string, src Source) *problem.Problem {
		s.AWSEndpointURL = v
		return checkEndpoint(v, src)
	})
	check(GoogleCredentials, func(v string, _ Source) *problem.Problem {
		s.GoogleCredentials = l.googleCredentials(v)
		return nil
	})
	check(GoogleToken, func(v string, _ Source) *problem.Problem {
		s.GoogleToken = NewSecret(v)
		return nil
	})
	problems = append(problems, l.googleEndpoints(s)...)
	s.CacheDir = defaultCacheDir(s.Root)
	check(CacheDir, func(v string, _ Source) *problem.Problem {
		if v != "" {
			s.CacheDir = absolute(l.root, v)
		}
		return nil
	})
	check(ContainerEngine, func(v string, src Source) *problem.Problem {
		s.ContainerEngine = v
		return oneOf(ContainerEngine, v, src, "docker", "podman", "buildah")
	})
	check(BuildNetwork, func(v string, src Source) *problem.Problem {
		s.BuildNetwork = v
		return oneOf(BuildNetwork, v, src, "default", "host", "none")
	})
	check(PipelineTemplates, func(v string, _ Source) *problem.Problem {
		// Whether the folder is there matters to dorc new alone, which checks it.
		if v != "" {
			s.PipelineTemplatePath = absolute(l.root, v)
		}
		return nil
	})
	if err := l.settingsPassphrase(s); err != nil {
		var p problem.Problem
		if !errors.As(err, &p) {
			return nil, err
		}
		problems = append(problems, p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// universalConfigPath is Settings.UniversalConfigPath before the settings are checked.
func (l layers) universalConfigPath() string {
	repo, _ := l.get(ConfigRepoPath)
	name, _ := l.get(UniversalStackName)
	return (&Settings{ConfigRepoPath: absolute(l.root, repo), UniversalStackName: name}).UniversalConfigPath()
}

func (l layers) settingsPassphrase(s *Settings) error {
	phrase, set, src, err := l.passphrase()
	if err != nil {
		return err
	}
	s.Passphrase, s.PassphraseSet = NewSecret(phrase), set
	s.sources[Passphrase] = src
	if s.Target == TargetCloud && phrase == "" {
		if !set {
			return missing(Passphrase, "the cloud target keeps no secrets without a passphrase",
				"set "+Passphrase+" or "+PassphraseFile)
		}
		return src.problem(Passphrase, "is empty", "the cloud target keeps no secrets without a passphrase",
			"set "+Passphrase+" or "+PassphraseFile)
	}
	return nil
}

func missing(name, detail, hint string) problem.Problem {
	return problem.Problem{Resource: name, Summary: "the cloud target needs a value", Detail: detail, Hint: hint}
}

func checkTarget(v string, src Source) *problem.Problem {
	if v == string(TargetLocal) || v == string(TargetCloud) {
		return nil
	}
	hint := "use local or cloud"
	if near := problem.Nearest(strings.ToLower(v), []string{string(TargetLocal), string(TargetCloud)}); near != "" {
		hint = "did you mean " + quote(near) + "?"
	}
	p := src.problem(TargetName, "is not a target", "it is "+quote(v), hint)
	return &p
}

func checkAccount(v string, target Target, emulator bool, src Source) *problem.Problem {
	var p problem.Problem
	switch {
	case target == TargetCloud && src.origin == fromDefault:
		p = missing(AWSAccount, "", "set "+AWSAccount+" to the account's twelve digits")
	case !awsid.IsAccount(v):
		p = src.problem(AWSAccount, "is not an AWS account", "it is "+quote(v)+"; an account has twelve digits",
			"the account's page in the AWS console shows it; keep leading zeros")
	case target == TargetCloud && v == LocalAccount && !emulator:
		p = src.problem(AWSAccount, "is the account of the local target", "it is "+quote(v), "set the account of the cloud target")
	default:
		return nil
	}
	return &p
}

func checkRegion(v string, target Target, src Source) *problem.Problem {
	var p problem.Problem
	switch {
	case target == TargetCloud && src.origin == fromDefault:
		p = missing(AWSRegion, "", "set "+AWSRegion+" to a region such as "+LocalRegion)
	case !awsid.IsRegion(v):
		p = src.problem(AWSRegion, "is not an AWS region", "it is "+quote(v), "use a region's code, such as "+LocalRegion)
	default:
		return nil
	}
	return &p
}

func checkConfigRepo(path, root string, optional bool, src Source) *problem.Problem {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() || optional && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	summary, detail := "is not a directory", path
	switch {
	case errors.Is(err, fs.ErrNotExist):
		summary = "names a directory that does not exist"
	case err != nil:
		summary, detail = "names a directory that cannot be read", path+": "+reason(err)
	}
	p := src.problem(ConfigRepoPath, summary, detail,
		"set "+ConfigRepoPath+" to the config repo; a relative path starts at "+root)
	return &p
}

// plainName is what may be a folder and a part of a stack's name; Pulumi's stack
// names have letters, digits, hyphens, underscores and periods.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$`)

// CheckName says what is wrong with the name of an instance, layer or
// environment, or "". A name is one folder, never a path.
func CheckName(name string) string {
	switch {
	case plainName.MatchString(name):
		return ""
	case name == "":
		return "it is empty"
	case len(name) > 100:
		return "it is longer than 100 characters"
	default:
		return quote(name) + " is not a plain name; it starts with a letter or digit and has letters, digits, -, _ and . only"
	}
}

func checkName(variable, v string, src Source) *problem.Problem {
	wrong := CheckName(v)
	if wrong == "" {
		return nil
	}
	p := src.problem(variable, "is not a plain name", wrong, "use the name of a folder in the config repo, without a path")
	return &p
}

func checkEndpoint(v string, src Source) *problem.Problem {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil {
		return nil
	}
	// The value is not shown: it may have credentials in it.
	p := src.problem(AWSEndpointURL, "is not an endpoint", "an endpoint is http:// or https:// and a host, without credentials",
		"for an emulator on this machine: http://localhost:4566")
	return &p
}
