package python

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// netrc finds the login for a host in the user's .netrc, as the tools do. Source:
// https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
func netrc(getenv func(string) string, host string) (user, password string, ok bool) {
	data, err := os.ReadFile(cmp.Or(getenv("NETRC"), filepath.Join(getenv("HOME"), ".netrc")))
	if err != nil {
		return "", "", false
	}
	words := strings.Fields(string(data))
	mine, found := false, false
	for i := 0; i < len(words); i++ {
		value := ""
		if i+1 < len(words) {
			value = words[i+1]
		}
		switch words[i] {
		case "machine", "default":
			if found {
				return user, password, true
			}
			mine = words[i] == "default" || value == host
		case "login":
			if mine {
				user, found = value, true
			}
		case "password":
			if mine {
				password, found = value, true
			}
		default:
			continue
		}
		if words[i] != "default" {
			i++
		}
	}
	return user, password, found
}
