package python

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCounted(t *testing.T) {
	var said []string
	hear := counted(120, func(line string) { said = append(said, line) })
	for i := range 120 {
		hear(fmt.Sprintf("Collecting p%d==1.0 (from -r lock.txt (line 1))", i))
		hear("  Downloading p-1.0-py3-none-any.whl (14 kB)")
	}
	hear("WARNING: the index is slow")
	hear("Installing collected packages: p0, p1")
	hear("Successfully installed p0-1.0 p1-1.0")
	hear("Resolved 120 packages in 12ms")
	hear(" + p0==1.0")
	assert.Equal(t, []string{"installing 120 packages", "50 of 120 packages", "100 of 120 packages", "WARNING: the index is slow"}, said)
}
