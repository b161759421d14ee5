package state

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
)

// compactJSON writes JSON as the stock backend does: on one line, and without
// escapes for HTML. Source: pulumi/pkg backend/diy/state.go.
type compactJSON struct{}

func (compactJSON) Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}

func (compactJSON) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }

// encodeCheckpoint renders a state file for key, whose suffix names the compression.
func (st *Stack) encodeCheckpoint(key string, d apitype.TypedDeployment) ([]byte, error) {
	checkpoint, err := stack.DeploymentV3ToCheckpointWithMarshaler(
		compactJSON{}, st.qualified(), d.Deployment, d.Version, d.Features)
	if err != nil {
		return nil, err
	}
	return marshalerFor(key).Marshal(checkpoint)
}

func marshalerFor(key string) encoding.Marshaler {
	compression := encoding.CompressionNone
	switch {
	case strings.HasSuffix(key, encoding.GZIPExt):
		compression = encoding.CompressionGzip
	case strings.HasSuffix(key, encoding.ZSTDExt):
		compression = encoding.CompressionZstd
	}
	return encoding.Compress(compactJSON{}, compression)
}
