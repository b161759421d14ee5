package execute

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/dorc-dev/dorc/pkg/workflows/expression"
	"github.com/dorc-dev/dorc/pkg/workflows/syntax"
)

// system calls the functions of modules sys and uuid.
// https://cloud.google.com/workflows/docs/reference/stdlib/overview
func (t *thread) system(name string, a map[string]any) (any, error) {
	switch name {
	case "sys.get_env":
		key, ok := a["name"].(string)
		if !ok {
			return nil, expression.Faultf(expression.TypeError, "name must be a string, not %s", expression.TypeOf(a["name"]))
		}
		if v, ok := t.options.Environment[key]; ok {
			return v, nil
		}
		otherwise, given := a["default"]
		if !given {
			return nil, expression.Faultf(expression.KeyError, "there is no environment variable %q", key)
		}
		if _, ok := otherwise.(string); !ok {
			return nil, expression.Faultf(expression.TypeError, "default must be a string, not %s", expression.TypeOf(otherwise))
		}
		return otherwise, nil
	case "sys.now":
		return float64(t.options.Now().UnixMicro()) / 1e6, nil
	case "sys.sleep":
		s, err := number("seconds", a["seconds"])
		if err != nil {
			return nil, err
		}
		return nil, t.options.Sleep(t.ctx, seconds(s))
	case "sys.sleep_until":
		text, _ := a["time"].(string)
		until, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, expression.Faultf(expression.ValueError, "time must be a time such as 2026-01-31T12:00:00Z")
		}
		return nil, t.options.Sleep(t.ctx, max(0, until.Sub(t.options.Now())))
	case "sys.log":
		return nil, t.log(a)
	case "uuid.generate":
		return uuid(), nil
	}
	return nil, t.unsupported(syntax.Position{}, "function "+name, "")
}

func number(what string, v any) (float64, error) {
	switch n := v.(type) {
	case int64:
		return float64(n), nil
	case float64:
		return n, nil
	}
	return 0, expression.Faultf(expression.TypeError, "%s must be a number, not %s", what, expression.TypeOf(v))
}

// uuid is a random UUID, version 4.
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// log writes one of data, text and json.
// https://cloud.google.com/workflows/docs/reference/stdlib/sys/log
func (t *thread) log(a map[string]any) error {
	entry := Entry{Severity: "DEFAULT"}
	if s, ok := a["severity"].(string); ok {
		entry.Severity = s
	}
	var payloads int
	for _, name := range []string{"data", "text", "json"} {
		v, ok := a[name]
		if !ok {
			continue
		}
		payloads++
		m, isMap := v.(map[string]any)
		switch {
		case isMap && name != "text":
			entry.JSON = m
		case name == "json":
			return expression.Faultf(expression.TypeError, "json must be a map, not %s", expression.TypeOf(v))
		default:
			text, err := logText(v)
			if err != nil {
				return err
			}
			entry.Text = text
		}
	}
	if payloads != 1 {
		return expression.Faultf(expression.TypeError, "sys.log needs one of data, text and json")
	}
	t.options.Log(entry)
	return nil
}

func logText(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	b, err := expression.EncodeJSON(v)
	if err != nil {
		return "", expression.Faultf(expression.TypeError, "%s cannot be logged", expression.TypeOf(v))
	}
	return string(b), nil
}
