package artifact

import (
	"context"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/dorc-dev/dorc/pkg/artifact/content"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// The properties of a deployment. Those in replacing are where it is.
var (
	required  = []resource.PropertyKey{"environment", "serviceProject", "pipeline", "dagBucket", "prefix", "artifactBucket", "line", "contentHash"}
	replacing = []resource.PropertyKey{"serviceProject", "pipeline", "dagBucket", "prefix"}
	outputs   = []resource.PropertyKey{"artifactId", "dagPath", "filesHash"}
)

const dbtImages resource.PropertyKey = "dbtImages"

var (
	pipelineForm = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9_.-]*/[A-Za-z0-9_-][A-Za-z0-9_.-]*$`)
	prefixForm   = regexp.MustCompile(`^([A-Za-z0-9_.-]+/)*dop_[A-Za-z0-9_-]+/$`)
)

// Check implements plugin.Provider.
func (p *provider) Check(_ context.Context, r plugin.CheckRequest) (plugin.CheckResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.CheckResponse{}, err
	}
	var failures []plugin.CheckFailure
	fail := func(key resource.PropertyKey, reason string) {
		failures = append(failures, plugin.CheckFailure{Property: key, Reason: reason})
	}
	for _, key := range slices.Sorted(maps.Keys(r.News)) {
		if key != dbtImages && !slices.Contains(required, key) {
			fail(key, "a deployment has no such property")
		}
	}
	for _, key := range required {
		switch value := r.News[key]; {
		case value.IsComputed() || value.IsOutput():
		case value.IsNull():
			fail(key, "it is missing")
		case !value.IsString() || value.StringValue() == "":
			fail(key, "it must be a text that is not empty")
		case key == "pipeline" && !pipelineForm.MatchString(value.StringValue()):
			fail(key, "it must be <layer>/<name>")
		case key == "prefix" && !prefixForm.MatchString(value.StringValue()):
			fail(key, "it must be a folder dop_<service project>/, such as dags/dop_example/")
		}
	}
	if v := r.News[dbtImages]; !v.IsNull() && !v.IsComputed() && !v.IsOutput() && !v.IsObject() {
		fail(dbtImages, "it must be images by dbt project")
	}
	return plugin.CheckResponse{Properties: r.News, Failures: failures}, nil
}

// Diff implements plugin.Provider. A folder that is of no artifact any more, as a
// refresh found it, is a change of the content.
func (p *provider) Diff(_ context.Context, r plugin.DiffRequest) (plugin.DiffResponse, error) {
	if err := mine(r.Type); err != nil {
		return plugin.DiffResult{}, err
	}
	result := plugin.DiffResult{Changes: plugin.DiffNone, DetailedDiff: map[string]plugin.PropertyDiff{}}
	for _, key := range append(slices.Clone(required), dbtImages) {
		drifted := key == "contentHash" && text(r.OldOutputs, "artifactId") == ""
		if r.OldInputs[key].DeepEquals(r.NewInputs[key]) && !drifted {
			continue
		}
		result.Changes = plugin.DiffSome
		result.ChangedKeys = append(result.ChangedKeys, key)
		kind := plugin.DiffUpdate
		if slices.Contains(replacing, key) {
			kind = plugin.DiffUpdateReplace
			result.ReplaceKeys = append(result.ReplaceKeys, key)
		}
		result.DetailedDiff[string(key)] = plugin.PropertyDiff{Kind: kind, InputDiff: true}
	}
	if len(result.ReplaceKeys) == 0 {
		result.StableKeys = []resource.PropertyKey{"dagPath"}
	}
	return result, nil
}

// place is where a deployment's inputs say that it is.
func (p *provider) place(ctx context.Context, m resource.PropertyMap) (Place, error) {
	b, err := p.options.Bucket(ctx, text(m, "dagBucket"))
	return Place{
		Bucket: b, Prefix: text(m, "prefix"), ServiceProject: text(m, "serviceProject"),
		Environment: text(m, "environment"), Line: text(m, "line"),
	}, err
}

func (p *provider) store(ctx context.Context, m resource.PropertyMap) (Store, error) {
	b, err := p.options.Bucket(ctx, text(m, "artifactBucket"))
	return Store{b}, err
}

// idOf is <bucket>/<prefix><pipeline>.
func idOf(m resource.PropertyMap) resource.ID {
	return resource.ID(text(m, "dagBucket") + "/" + text(m, "prefix") + text(m, "pipeline"))
}

// ofID gives the inputs that an id tells.
func ofID(id resource.ID) (resource.PropertyMap, error) {
	b, rest, _ := strings.Cut(strings.TrimPrefix(string(id), "gs://"), "/")
	layer, name := path.Split(rest)
	folder, layer := path.Split(strings.TrimSuffix(layer, "/"))
	if b == "" || !prefixForm.MatchString(folder) || !pipelineForm.MatchString(layer+"/"+name) {
		return nil, problem.Problem{
			Resource: string(id), Summary: "this is not the id of a deployment",
			Detail: "an id is <bucket>/<prefix><layer>/<pipeline>, such as example-bucket/dags/dop_example/raw/orders",
			Hint:   "The outputs composer_dag_gcs_prefix of the environment and dag_path of a pipeline have the parts.",
		}
	}
	project := strings.TrimPrefix(path.Base(folder), "dop_")
	return resource.PropertyMap{
		"dagBucket": resource.NewProperty(b), "prefix": resource.NewProperty(folder), "pipeline": resource.NewProperty(layer + "/" + name),
		"serviceProject": resource.NewProperty(project),
	}, nil
}

// images are the images by dbt project.
func images(m resource.PropertyMap) map[string]string {
	v := m[dbtImages]
	if !v.IsObject() {
		return nil
	}
	found := map[string]string{}
	for name, image := range v.ObjectValue() {
		if image.IsString() {
			found[string(name)] = image.StringValue()
		}
	}
	return found
}

// text is a property's text, or "".
func text(m resource.PropertyMap, key resource.PropertyKey) string {
	if v := m[key]; v.IsString() {
		return v.StringValue()
	}
	return ""
}

// hashIn is the hash of the content of one pipeline, of which names and sums are below
// the service project's prefix.
func hashIn(pipeline, line string, files []content.Sum) string {
	sums := make([]content.Sum, len(files))
	for i, f := range files {
		sums[i] = content.Sum{Path: content.DAGPath(line, f.Path), SHA256: f.SHA256}
	}
	slices.SortFunc(sums, func(a, b content.Sum) int { return strings.Compare(a.Path, b.Path) })
	return content.HashOf(pipeline, sums)
}
