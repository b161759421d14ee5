package s3

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// scope finds the service in a signature's credential scope: <key>/<date>/<region>/<service>/aws4_request.
var scope = regexp.MustCompile(`Credential=[^/,]*/\d{8}/[^/,]*/([^/,]+)/aws4_request`)

// guard answers calls of other AWS services, which an SDK sends here because the endpoint stands for all of AWS.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := scope.FindStringSubmatch(r.Header.Get("Authorization"))
		if m == nil || m[1] == "s3" || m[1] == "s3express" {
			next.ServeHTTP(w, r)
			return
		}
		message := fmt.Sprintf("the local cloud has no %s; while a pipeline runs locally, functions can call S3 only, and tasks of DAGs Step Functions too", m[1])
		const code = "NotImplementedByLocalCloud"
		// Status 400: SDKs try server errors again.
		if strings.Contains(r.Header.Get("Content-Type"), "json") {
			w.Header().Set("Content-Type", "application/x-amz-json-1.0")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusBadRequest)
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(message)) // a Builder takes everything
		_, _ = io.WriteString(w, "<ErrorResponse><Error><Type>Sender</Type><Code>"+code+"</Code><Message>"+b.String()+"</Message></Error></ErrorResponse>")
	})
}
