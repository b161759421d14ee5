package settings

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

const redacted = "[secret]"

// Secret is a text that never prints itself: whatever formats, logs or encodes
// it gets "[secret]", or "" when it is empty. Only Reveal gives the text.
type Secret struct{ text string }

// NewSecret keeps text.
func NewSecret(text string) Secret { return Secret{text: text} }

// Reveal gives the text.
func (s Secret) Reveal() string { return s.text }

// Empty says that there is no text.
func (s Secret) Empty() bool { return s.text == "" }

// String hides the text.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return redacted
}

// GoString hides the text from %#v.
func (s Secret) GoString() string { return fmt.Sprintf("settings.Secret{%q}", s.String()) }

// Format hides the text from every verb: without it, %d would print the field.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') {
		_, _ = fmt.Fprint(f, s.GoString())
		return
	}
	_, _ = fmt.Fprint(f, s.String())
}

// LogValue hides the text from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the text from encoders of text and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON hides the text from JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }
