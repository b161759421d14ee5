package settings

import (
	"os"
	"path/filepath"
	"strings"
)

// passphrase finds the passphrase as Pulumi does: the variable itself, even an
// empty one, goes before the file of PULUMI_CONFIG_PASSPHRASE_FILE. An empty
// line of .env is weaker than a file it names, so that a copy of .env.example
// works. The file's surrounding white space is cut off.
func (l layers) passphrase() (phrase string, set bool, src Source, err error) {
	for _, layer := range []struct {
		values map[string]string
		source func(name string) Source
		base   string
		strict bool // an empty value counts
	}{
		{l.flags, func(string) Source { return Source{origin: fromFlag} }, l.wd, true},
		{l.environment, func(string) Source { return Source{origin: fromEnvironment} }, l.wd, true},
		{l.dotenv.values, l.dotenvSource, l.root, false},
	} {
		value, given := layer.values[Passphrase]
		file := layer.values[PassphraseFile]
		switch {
		case given && (value != "" || layer.strict || file == ""):
			return value, true, layer.source(Passphrase), nil
		case file != "":
			src := layer.source(PassphraseFile)
			phrase, err := readPassphrase(layer.base, file, src)
			return phrase, err == nil, src, err
		}
	}
	return "", false, Source{}, nil
}

func readPassphrase(base, file string, src Source) (string, error) {
	path := absolute(base, file)
	data, err := os.ReadFile(path)
	if err != nil {
		return "", src.problem(PassphraseFile, "names a file that cannot be read",
			path+": "+reason(err), "make the file readable, or set "+Passphrase+" instead")
	}
	return strings.TrimSpace(string(data)), nil
}

// absolute makes path absolute: ~/ is the home folder, what is relative starts at base.
func absolute(base, path string) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(base, path)
}
