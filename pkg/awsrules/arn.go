package awsrules

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	arnPattern     = regexp.MustCompile(`^arn:[\w-]+:[a-zA-Z0-9_.-]+:([a-z0-9-]*):(\d{12}|aws)?:.+$`)
	accountPattern = regexp.MustCompile(`^\d{12}$`)
)

// isARN wants an Amazon Resource Name.
func isARN(s subject) string {
	if !s.Value.IsString() || arnPattern.MatchString(s.Value.StringValue()) {
		return ""
	}
	why := "arn: invalid format, want arn:partition:service:region:account:resource"
	if !strings.HasPrefix(s.Value.StringValue(), "arn:") {
		why = "arn: invalid prefix"
	}
	return fmt.Sprintf("%q (%s) is an invalid ARN: %s", s.Name, s.Show(), why)
}
