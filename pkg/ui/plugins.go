package ui

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/dorc-dev/dorc/pkg/engine"
)

// every is how often a download without a terminal says how far it is.
const every = 3 * time.Second

// Download implements engine.PluginDisplay: a bar on a terminal, else a line now
// and then.
func (d Display) Download(p engine.Plugin, stream io.ReadCloser, size int64) io.ReadCloser {
	if d.Output.Interactive {
		return workspace.ReadCloserProgressBar(stream, d.Output.Err, size, "Downloading plugin "+p.String(), d.Output.Color)
	}
	counted := &download{ReadCloser: stream, output: d.Output, plugin: p, size: size, said: time.Now()}
	counted.say()
	return counted
}

// Retry implements engine.PluginDisplay.
func (d Display) Retry(p engine.Plugin, reason string, wait time.Duration) {
	if d.Output.JSON {
		writeJSON(d.Output.Out, map[string]any{"plugin": p.Name, "version": p.Version.String(), "retry": reason})
		return
	}
	fmt.Fprintf(d.Output.Err, "The download of plugin %s failed and is tried again in %s: %s\n", p, round(wait), reason)
}

// download says how far it is.
type download struct {
	io.ReadCloser
	output     Output
	plugin     engine.Plugin
	size, read int64
	said       time.Time
}

func (d *download) Read(b []byte) (int, error) {
	n, err := d.ReadCloser.Read(b)
	d.read += int64(n)
	if now := time.Now(); now.Sub(d.said) >= every {
		d.said = now
		d.say()
	}
	return n, err
}

func (d *download) say() {
	if d.output.JSON {
		writeJSON(d.output.Out, map[string]any{
			"plugin": d.plugin.Name, "version": d.plugin.Version.String(), "received": d.read, "size": d.size,
		})
		return
	}
	of := ""
	if d.size > 0 {
		of = " of " + Bytes(d.size)
	}
	fmt.Fprintf(d.output.Err, "Downloading plugin %s: %s%s\n", d.plugin, Bytes(d.read), of)
}

func writeJSON(w io.Writer, v any) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) //nolint:errcheck // an output that is gone has nobody to tell
}

// Bytes renders a size in the unit that fits, such as "151.2 MB" (of 1,000,000 bytes).
func Bytes(n int64) string {
	const step = 1000
	value, unit := float64(n), 0
	units := []string{"B", "kB", "MB", "GB", "TB"}
	for value >= step && unit < len(units)-1 {
		value /= step
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}
