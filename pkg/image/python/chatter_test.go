package python

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestChatter(t *testing.T) {
	said := `Collecting six
--- Logging error ---
Traceback (most recent call last):
  File "logging/__init__.py", line 1163, in emit
    self.flush()
OSError: [Errno 28] No space left on device
Call stack:
  File "pip/__main__.py", line 31, in <module>
    sys.exit(_main())
Message: 'Removed build tracker: %r'
Arguments: ('/tmp/x',)
WARNING: Retrying after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f12>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/
ERROR: HTTPConnectionPool(host='127.0.0.1', port=1): Max retries exceeded`
	var left []string
	var c chatter
	for _, line := range strings.Split(said, "\n") {
		if !c.drop(line) {
			left = append(left, plain(line))
		}
	}
	assert.Equal(t, []string{
		"Collecting six",
		"OSError: [Errno 28] No space left on device",
		"WARNING: Retrying after connection broken by 'NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/",
		"ERROR: 127.0.0.1:1: Max retries exceeded",
	}, left)
}
