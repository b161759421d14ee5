package settings

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/joho/godotenv"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// dotenv is the content of a .env file.
type dotenv struct {
	// file is the path as a person would type it.
	file   string
	values map[string]string
	// lines are the lines on which the names stand.
	lines map[string]int
}

// readDotenv reads path; a file that does not exist is empty.
func readDotenv(path, shown string) (dotenv, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return dotenv{file: shown}, nil
	}
	if err != nil {
		return dotenv{}, problem.Problem{
			File: shown, Summary: "the file cannot be read", Detail: reason(err),
			Hint: "make it readable, or remove it and export the variables instead",
		}
	}
	return parseDotenv(data, shown)
}

// parseDotenv reads the format of godotenv. godotenv knows no line numbers and
// its errors repeat the source, which may be a secret; so statements are found
// one by one here, and its errors are never shown.
func parseDotenv(data []byte, shown string) (dotenv, error) {
	data = bytes.ReplaceAll(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("\r\n"), []byte("\n"))
	d := dotenv{file: shown, lines: map[string]int{}}
	bad := func(line int, summary, hint string) (dotenv, error) {
		return dotenv{}, problem.Problem{File: shown, Line: line, Summary: summary, Hint: hint}
	}
	start, statement := 0, ""
	for i, line := range strings.Split(string(data), "\n") {
		if statement == "" {
			if trimmed := strings.TrimSpace(line); trimmed == "" || strings.HasPrefix(trimmed, "#") {
				continue
			}
			start = i + 1
		}
		statement += line + "\n"
		values, err := godotenv.Unmarshal(statement)
		if err != nil {
			if unterminated(err) {
				continue // a quoted value goes on in the next line
			}
			return bad(start, "this is not NAME=value", "names have letters, digits and _; comments start with #")
		}
		for name := range values {
			if name == "" {
				return bad(start, "a value without a name", "write NAME=value")
			}
			d.lines[name] = start
		}
		statement = ""
	}
	if statement != "" {
		return bad(start, "a quoted value is never closed", "close it with the quote it starts with")
	}
	values, err := godotenv.UnmarshalBytes(data)
	if err != nil {
		return bad(0, "the file is not in the format of .env", "see .env.example")
	}
	d.values = values
	return d, nil
}

func unterminated(err error) bool {
	return strings.HasPrefix(err.Error(), "unterminated quoted value")
}
