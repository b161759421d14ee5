package artifact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// maxForeign is how many files a refusal of a folder names.
const maxForeign = 5

// claim makes a folder dorc's before the first pipeline alone is put there. A folder in
// which someone else's Python files lie is refused: DOP's build DAGs of the same ids when
// they are read, and a deploy of one pipeline removes nothing but its own. From then on
// the record says that the folder was looked at, also when the deploy breaks off.
func (d *deploying) claim(ctx context.Context, scope string) error {
	if d.generation != 0 {
		return nil
	}
	objects, err := d.at.Bucket.List(ctx, d.at.Prefix)
	if err != nil {
		return inBucket(d.at.Bucket, err)
	}
	var theirs []string
	for _, o := range objects {
		if name := strings.TrimPrefix(o.Name, d.at.Prefix); content.IsDAG(name) && !strings.HasPrefix(name, scope+"/") {
			theirs = append(theirs, name)
		}
	}
	if len(theirs) > 0 {
		return d.at.foreign(theirs)
	}
	return d.write(ctx)
}

func (p Place) foreign(names []string) error {
	slices.Sort(names)
	shown := names[:min(len(names), maxForeign)]
	files := strings.Join(shown, ", ")
	if more := len(names) - len(shown); more > 0 {
		files += fmt.Sprintf(" and %d more", more)
	}
	return problem.Problem{
		Resource: p.String(), Summary: "there are DAGs in the folder that dorc did not deploy, such as DOP's",
		Detail: files + "; a deploy of one pipeline would leave them, and Airflow would have two DAGs of one id; nothing was changed",
		Hint:   "Deploy an artifact of all pipelines first, which removes them and says what it removes: dorc artifact build, then dorc artifact deploy <id> --env " + p.Environment,
	}
}
