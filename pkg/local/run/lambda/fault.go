package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// platformError makes an error that Lambda itself reports.
func platformError(kind, requestID, message string) *FunctionError {
	if requestID != "" {
		message = fmt.Sprintf("RequestId: %s Error: %s", requestID, message)
	}
	e := &FunctionError{Type: kind, Message: message, RequestID: requestID}
	// Two strings always encode.
	e.Payload, _ = json.Marshal(struct {
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, message})
	return e
}

// reportedError reads the error that the runtime posted. The host's paths of the image's folders become
// those on AWS, in which nobody's home folder is named.
func (f *Function) reportedError(requestID, header string, body []byte) *FunctionError {
	for host, image := range f.Folders {
		body = bytes.ReplaceAll(body, []byte(host), []byte(image))
	}
	var posted struct {
		Message string   `json:"errorMessage"`
		Type    string   `json:"errorType"`
		Trace   []string `json:"stackTrace"`
	}
	e := &FunctionError{Type: header, RequestID: requestID, Payload: body}
	if err := json.Unmarshal(body, &posted); err != nil {
		e.Message = "the runtime reported an error that is not JSON: " + err.Error()
	} else {
		e.Message = posted.Message
		if posted.Type != "" {
			e.Type = posted.Type
		}
	}
	if e.Type == "" {
		e.Type = ErrUnknown
	}
	for _, entry := range posted.Trace {
		e.Traceback = append(e.Traceback, strings.Split(strings.TrimRight(entry, "\n"), "\n")...)
	}
	return e
}
