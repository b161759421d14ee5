package registry

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                              "plain",
		"two\nlines\x1b[31m":                 "two lines [31m",
		"get https://u:pw@host/x?sig=s now":  "get https://host/x now",
		`see "https://host/x?sig=s" and "y"`: `see "https://host/x" and "y"`,
		"why?":                               "why?",
		"bad \xff byte":                      "bad ? byte",
	} {
		assert.Equal(t, want, clean(in))
	}
	assert.LessOrEqual(t, len(clean(string(make([]rune, 1000))+"é")), 303)
}

func TestRedactUser(t *testing.T) {
	for in, want := range map[string]string{
		"host/name":                       "host/name",
		"user:pw@host/name":               "host/name",
		"https://user:pw@host/name":       "https://host/name",
		"host/user:pw@name":               "host/name",
		"host/name@sha256:00":             "host/name@sha256:00",
		`bad "user:pw@host/name", really`: `bad "host/name", really`,
		"a@b@c":                           "c",
	} {
		assert.Equal(t, want, redactUser(in))
	}
}

func TestReasonHasNoAddress(t *testing.T) {
	err := &url.Error{Op: "Get", URL: "https://host/x?X-Amz-Signature=s", Err: errors.New("EOF")}
	assert.Equal(t, "EOF", reason(err))
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"99999999999":                   24 * time.Hour,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0,
		"soon":                          0,
	} {
		assert.Equal(t, want, retryAfter(in, now), in)
	}
}

func TestDelaysGrowAndStayBelowAMinute(t *testing.T) {
	var total time.Duration
	for n := 1; n < maxTries; n++ {
		d := delay(n, errors.New("x"))
		assert.Greater(t, d, total)
		total += d
	}
	assert.Less(t, total, maxWait)
}

func TestIsLoopback(t *testing.T) {
	for _, host := range []string{"localhost", "localhost:5000", "127.0.0.1:1", "127.8.8.8", "[::1]:5000", "a.localhost:1"} {
		assert.True(t, isLoopback(host), host)
	}
	for _, host := range []string{"10.0.0.1:5000", "localhost.example.com", "127.0.0.1.example.com", "registry:5000"} {
		assert.False(t, isLoopback(host), host)
	}
}
