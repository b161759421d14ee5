package google

import (
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// answer is an error of a Google API, as far as it could be read
// (https://cloud.google.com/apis/design/errors).
type answer struct {
	// code is the HTTP status; 0 when it is not known.
	code int
	// reason is that of google.rpc.ErrorInfo, such as SERVICE_DISABLED, or the older
	// one, such as accessNotConfigured.
	reason string
	// message is Google's own sentence.
	message string
	// service, consumer and permission are what the error names. Default: "".
	service, consumer, permission string
}

// read finds the answer in an error of Google's clients, or in the text of one that
// came through the plugin.
func read(err error) (answer, bool) {
	var api *googleapi.Error
	if errors.As(err, &api) {
		a := answer{code: api.Code, message: firstLine(api.Message)}
		if a.message == "" {
			a.message = "the answer has status " + strconv.Itoa(api.Code)
		}
		for _, item := range api.Errors {
			a.reason = item.Reason
		}
		details, _ := json.Marshal(api.Details) //nolint:errcheck // it was JSON before
		a.details(details)
		if a.permission == "" {
			a.permission = permissionIn(api.Message)
		}
		a.disabledIn(api.Message)
		return a, true
	}
	return readText(err.Error())
}

var (
	status       = regexp.MustCompile(`googleapi: (?:got HTTP response code |Error )(\d{3})[: ]`)
	detailsBlock = regexp.MustCompile(`(?s)Details:\s*(\[.*\n\])`)
	lastReason   = regexp.MustCompile(`, ([a-zA-Z]+)\s*$`)
	permissions  = regexp.MustCompile(`(?i)permission\(?s?\)?[ :]+['"\x60]?([a-z][a-zA-Z]*\.[a-zA-Z]+\.[a-zA-Z]+)|required '([a-z]+\.[a-zA-Z]+\.[a-zA-Z]+)' permission|does not have ([a-z]+\.[a-zA-Z]+\.[a-zA-Z]+) access`)
)

// readText reads the form in which googleapi.Error is written:
// googleapi: Error 403: sentence, reason, or with details and a list of errors.
func readText(text string) (answer, bool) {
	m := status.FindStringSubmatchIndex(text)
	if m == nil {
		return readOperation(text)
	}
	code, err := strconv.Atoi(text[m[2]:m[3]])
	if err != nil {
		return answer{}, false
	}
	a := answer{code: code}
	rest := strings.TrimSpace(text[m[1]:])
	if found := detailsBlock.FindStringSubmatch(rest); found != nil {
		a.details([]byte(found[1]))
	}
	a.message = firstLine(rest)
	if found := lastReason.FindStringSubmatch(rest); found != nil {
		a.message = strings.TrimSuffix(a.message, ", "+found[1])
		if a.reason == "" {
			a.reason = found[1]
		}
	}
	if a.permission == "" {
		a.permission = permissionIn(rest)
	}
	a.disabledIn(rest)
	return a, true
}

// operation is how the plugin writes what an operation failed with.
var operation = regexp.MustCompile(`Error code (\d+), message: `)

// ofOperation has the HTTP status of a code of an operation
// (https://cloud.google.com/apis/design/errors#handling_errors).
var ofOperation = map[string]int{
	"3": 400, "5": 404, "6": 409, "7": 403, "8": 429, "9": 400, "10": 409, "13": 500, "14": 503, "16": 401,
}

// readOperation reads the error of an operation that went on for a while, such as the
// creation of a Composer environment.
func readOperation(text string) (answer, bool) {
	m := operation.FindStringSubmatchIndex(text)
	if m == nil {
		return answer{}, false
	}
	rest := text[m[1]:]
	a := answer{code: ofOperation[text[m[2]:m[3]]], message: firstLine(rest), permission: permissionIn(rest)}
	if a.code == 409 && text[m[2]:m[3]] == "10" {
		a.reason = "aborted"
	}
	a.disabledIn(rest)
	return a, true
}

// disabled is the address that names the API in a message about one.
var disabled = regexp.MustCompile(`/apis/(?:api|library)/([a-z0-9.]+\.googleapis\.com)(?:/overview)?\?project=([a-z0-9:.-]+)`)

// disabledIn finds the API in messages that came without details.
func (a *answer) disabledIn(text string) {
	if m := disabled.FindStringSubmatch(text); m != nil && a.service == "" {
		a.reason, a.service, a.consumer = serviceDisabled, m[1], strings.TrimRight(m[2], ".")
	}
}

// serviceDisabled is the reason of an API that is not enabled.
const serviceDisabled = "SERVICE_DISABLED"

// details takes what google.rpc.ErrorInfo says.
func (a *answer) details(text []byte) {
	var list []struct {
		Type     string            `json:"@type"`
		Reason   string            `json:"reason"`
		Metadata map[string]string `json:"metadata"`
	}
	if json.Unmarshal(text, &list) != nil {
		return
	}
	for _, d := range list {
		if !strings.HasSuffix(d.Type, "google.rpc.ErrorInfo") {
			continue
		}
		a.reason, a.service = d.Reason, d.Metadata["service"]
		a.consumer = strings.TrimPrefix(d.Metadata["consumer"], "projects/")
		if p := d.Metadata["permission"]; p != "" {
			a.permission = p
		}
	}
}

func permissionIn(text string) string {
	for _, m := range permissions.FindStringSubmatch(text) {
		if strings.Count(m, ".") == 2 && !strings.Contains(m, " ") {
			return m
		}
	}
	return ""
}

// problemList is how Composer begins a message with a line for each problem.
var problemList = regexp.MustCompile(`^Found \d+ problems?:$`)

// firstLine is the first line of a message, or the lines of a list of problems.
func firstLine(text string) string {
	line, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.TrimSpace(line)
	if !problemList.MatchString(line) {
		return line
	}
	var problems []string
	for next := range strings.Lines(rest) {
		number, what, ok := strings.Cut(strings.TrimSpace(next), ") ")
		if !ok || strings.Trim(number, "0123456789") != "" {
			break
		}
		problems = append(problems, what)
	}
	if len(problems) == 0 {
		return line
	}
	return strings.Join(problems, "; ")
}

// transient says that the same request may succeed a little later
// (https://cloud.google.com/storage/docs/retry-strategy).
func (a answer) transient() bool {
	return a.code == 408 || a.code == 429 || a.code >= 500
}

// words are those of Google's answers.
func words(err error) (check.Fault, string) {
	var slow *slowError
	if errors.As(err, &slow) {
		return check.Unreachable, slow.Error()
	}
	var token *oauth2.RetrieveError
	if errors.As(err, &token) {
		return check.BadCredentials, tokenReason(token)
	}
	a, ok := read(err)
	if !ok {
		return check.NoFault, ""
	}
	switch a.code {
	case 401:
		return check.BadCredentials, a.message
	case 403:
		return check.Denied, a.message
	case 404:
		return check.Absent, a.message
	}
	return check.OtherFault, a.message
}

func faultOf(err error) (check.Fault, string) { return check.FaultOf(err, words) }

// tokenReason is what the token endpoint says
// (https://datatracker.ietf.org/doc/html/rfc6749#section-5.2). Some kinds of
// credentials leave its answer unread.
func tokenReason(e *oauth2.RetrieveError) string {
	said := struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}{e.ErrorCode, e.ErrorDescription}
	if said.Code == "" {
		_ = json.Unmarshal(e.Body, &said) //nolint:errcheck // another answer has the status below
	}
	switch {
	case said.Code != "" && said.Description != "":
		return said.Code + ": " + firstLine(said.Description)
	case said.Code != "":
		return said.Code
	case e.Response != nil:
		return "the answer has status " + strconv.Itoa(e.Response.StatusCode)
	}
	return "no token was given"
}
