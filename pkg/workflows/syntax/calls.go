package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
)

// call checks a step that calls.
func (c *checker) call(call *Call) {
	name := call.Function
	if s := c.workflow.Subworkflows[name]; s != nil {
		c.subworkflowArguments(call, s)
		return
	}
	f, ok := expression.Library(name)
	switch {
	case ok && f.Unmodelled:
	case ok:
		c.libraryArguments(call, f)
	case expression.Connector(name):
		if call.Arguments != nil && call.Arguments.List {
			c.problem(call.Arguments.Position, "a connector takes arguments by name", "", "Write each argument as a key with its value.")
		}
	case strings.HasPrefix(name, "googleapis."):
		c.problem(call.Position, fmt.Sprintf("%q is not a name of a connector", name), "a connector is googleapis.SERVICE.VERSION.….METHOD "+
			"(https://cloud.google.com/workflows/docs/reference/googleapis)", "")
	case name != "":
		c.unknown(call.Position, "function", name, c.functions(), "")
	}
}

func (c *checker) subworkflowArguments(call *Call, s *Subworkflow) {
	switch args := call.Arguments; {
	case args != nil && args.List:
		c.count(args.Position, s, len(args.Items))
	case args != nil && args.Expression != nil:
	default:
		var known, required []string
		for _, p := range s.Parameters {
			known = append(known, p.Name)
			if p.Default == nil {
				required = append(required, p.Name)
			}
		}
		c.byName(call, known, required)
	}
}

func (c *checker) libraryArguments(call *Call, f expression.Function) {
	args := call.Arguments
	switch {
	case args != nil && args.List:
		if f.Accepts(make([]any, len(args.Items))) != nil {
			c.problem(args.Position, "wrong number of arguments of "+f.Name, fmt.Sprintf("%d are given; it takes %s", len(args.Items), f.Usage()), "")
		}
		return
	case args != nil && args.Expression != nil:
		return
	}
	var known, required []string
	for _, p := range f.Parameters {
		known = append(known, p.Name)
		if !p.Optional {
			required = append(required, p.Name)
		}
	}
	c.byName(call, known, required)
	switch {
	case strings.HasPrefix(f.Name, "http."):
		c.http(args)
	case f.Name == "sys.log":
		c.log(call)
	}
}

// byName checks arguments that are a map, or none.
func (c *checker) byName(call *Call, known, required []string) {
	var given []string
	if call.Arguments != nil {
		for _, f := range call.Arguments.Fields {
			given = append(given, f.Name)
			if !slices.Contains(known, f.Name) {
				c.unknown(f.Position, "argument", f.Name, known, call.Function+" takes: ")
			}
		}
	}
	var missing []string
	for _, name := range required {
		if !slices.Contains(given, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		c.problem(call.Position, "missing arguments of "+call.Function, strings.Join(missing, ", "), "Write them below args.")
	}
}

var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}

// http checks what is constant of a request.
// https://cloud.google.com/workflows/docs/reference/stdlib/http/request
func (c *checker) http(args *Value) {
	if v := args.Field("url"); v != nil {
		if url, ok := v.Scalar.(string); ok && v.Expression == nil && !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
			c.problem(v.Position, "url is not an http or https address", fmt.Sprintf("%.80q is given", url), "")
		}
	}
	if v := args.Field("method"); v != nil && v.Expression == nil {
		if m, ok := v.Scalar.(string); !ok || !slices.Contains(methods, m) {
			c.unknown(v.Position, "method", fmt.Sprint(v.Scalar), methods, "possible: ")
		}
	}
	if v := args.Field("timeout"); v != nil && v.Expression == nil {
		seconds, ok := v.Scalar.(float64)
		if whole, isInt := v.Scalar.(int64); isInt {
			seconds, ok = float64(whole), true
		}
		if !ok || seconds <= 0 || seconds > MaxTimeout {
			c.problem(v.Position, "timeout is out of range", fmt.Sprintf("more than 0 and at most %d seconds are possible "+
				"(https://cloud.google.com/workflows/docs/reference/stdlib/http/request)", MaxTimeout), "")
		}
	}
	if kind := args.Field("auth").Field("type"); kind != nil && kind.Expression == nil && kind.Scalar != "OIDC" && kind.Scalar != "OAuth2" {
		c.unknown(kind.Position, "type of auth", fmt.Sprint(kind.Scalar), []string{"OIDC", "OAuth2"}, "possible: ")
	}
}

var severities = []string{"DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"}

// log checks sys.log.
// https://cloud.google.com/workflows/docs/reference/stdlib/sys/log
func (c *checker) log(call *Call) {
	payloads := 0
	for _, name := range []string{"data", "text", "json"} {
		if call.Arguments.Field(name) != nil {
			payloads++
		}
	}
	if payloads != 1 {
		c.problem(call.Position, "sys.log needs one of data, text and json", fmt.Sprintf("%d are given", payloads), "")
	}
	if v := call.Arguments.Field("severity"); v != nil && v.Expression == nil {
		if s, ok := v.Scalar.(string); !ok || !slices.Contains(severities, s) {
			c.unknown(v.Position, "severity", fmt.Sprint(v.Scalar), severities, "possible: ")
		}
	}
}
