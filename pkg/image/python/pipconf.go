package python

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// pipConf reads the settings about indexes of the user's pip.conf files, which
// uv does not read. Later files and more specific sections win. Source:
// https://pip.pypa.io/en/stable/topics/configuration/#location
func pipConf(getenv func(string) string) map[string]string {
	own := getenv("PIP_CONFIG_FILE")
	if own == os.DevNull {
		return nil
	}
	var files []string
	for dir := range strings.SplitSeq(cmp.Or(getenv("XDG_CONFIG_DIRS"), "/etc/xdg"), ":") {
		files = append(files, filepath.Join(dir, "pip", "pip.conf"))
	}
	files = append(files, "/etc/pip.conf")
	if home := getenv("HOME"); home != "" {
		files = append(files, filepath.Join(home, ".pip", "pip.conf"),
			filepath.Join(cmp.Or(getenv("XDG_CONFIG_HOME"), filepath.Join(home, ".config")), "pip", "pip.conf"))
	}
	if venv := getenv("VIRTUAL_ENV"); venv != "" {
		files = append(files, filepath.Join(venv, "pip.conf"))
	}
	if own != "" {
		files = append(files, own)
	}
	all := map[string]map[string]string{}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil { // One that cannot be read is not there for pip either.
			readINI(string(data), all)
		}
	}
	found := map[string]string{}
	for _, section := range []string{"global", "install", "download"} {
		for key, value := range all[section] {
			found[key] = value
		}
	}
	return found
}

// readINI reads Python's form of INI: values go on in indented lines.
func readINI(text string, into map[string]map[string]string) {
	section, key := "", ""
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case indented && key != "":
			into[section][key] = strings.TrimSpace(into[section][key] + " " + trimmed)
		case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
			section, key = strings.TrimSpace(trimmed[1:len(trimmed)-1]), ""
		default:
			at := strings.IndexAny(trimmed, "=:")
			if at < 0 {
				continue
			}
			key = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(trimmed[:at])), "_", "-")
			if into[section] == nil {
				into[section] = map[string]string{}
			}
			into[section][key] = strings.TrimSpace(trimmed[at+1:])
		}
	}
}
