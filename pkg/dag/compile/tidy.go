package compile

import (
	"regexp"
	"strings"
)

// sqlToken is a comment, a text or name in quotes, something of Jinja, or another character.
var sqlToken = regexp.MustCompile("(?s)--[^\n]*|#[^\n}]*|/\\*.*?\\*/|'''.*?'''|\"\"\".*?\"\"\"|" +
	`'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"` + "|`[^`]*`|" + `\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\s+|[A-Za-z0-9_.,()=<>*+]+|.`)

// tidy takes out a semicolon that only comments follow: the semicolon at the very end is
// taken off when the SQL is rendered, but behind a comment it could not be found there.
func tidy(sql string) string {
	if !strings.Contains(sql, ";") {
		return sql
	}
	commented := false
	semicolons := [][]int{}
	for _, at := range sqlToken.FindAllStringIndex(sql, -1) {
		switch token := sql[at[0]:at[1]]; {
		case strings.TrimSpace(token) == "":
		case token == ";":
			semicolons = append(semicolons, at)
			commented = false
		case strings.HasPrefix(token, "--") || strings.HasPrefix(token, "#") || strings.HasPrefix(token, "/*"):
			commented = commented || len(semicolons) > 0
		default:
			semicolons, commented = nil, false
		}
	}
	if !commented {
		return sql
	}
	for i := len(semicolons) - 1; i >= 0; i-- {
		sql = sql[:semicolons[i][0]] + sql[semicolons[i][1]:]
	}
	return sql
}
