package dag

import (
	"fmt"

	"github.com/dorc-dev/dorc/internal/tree"
)

// operatorClass reads the class of an operator.
func (t *taskReader) operatorClass() {
	if why := dottedClass.refuses(t.task.Target); why != "" {
		t.Refuse(t.target, fmt.Sprintf("%q is no class of an operator", tree.Shorten(t.task.Target)), why, "")
	}
}
