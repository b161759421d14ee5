package python

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/dorc-dev/dorc/internal/tool"
)

// pipIndex prints the index that pip asks when nobody names another.
const pipIndex = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"

// ownIndex is the index that the tool asks when the user names none: the tool says.
func (r *resolver) ownIndex(ctx context.Context) (string, error) {
	argv := []string{r.python.path, "-c", pipIndex}
	if r.tool == UV {
		argv = []string{r.uv, "pip", "compile", "-", "--emit-index-url", "--no-header", "--no-config", "--offline", "--color=never"}
		if r.python.path != "" {
			argv = append(argv, "--python="+r.python.path)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env, cmd.Dir = r.env, r.work
	tool.Own(cmd)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s does not say which index it asks: %w", r.tool, err)
	}
	for _, word := range strings.Fields(string(out)) {
		if strings.HasPrefix(word, "https://") {
			return word, nil
		}
	}
	return "", errors.New(string(r.tool) + " does not say which index it asks: name one, in PIP_INDEX_URL or UV_DEFAULT_INDEX")
}
