package definition

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/goldentest"
	"github.com/dorc-dev/dorc/pkg/awsrules/schedule"
)

const schemaPath = "../../schema/" + SchemaFile

// object is a JSON object. Its keys are sorted when it is written.
type object = map[string]any

// TestSchemaIsCurrent holds that the committed JSON Schema is what the types,
// their comments and the limits say. "go generate" writes it.
func TestSchemaIsCurrent(t *testing.T) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(newGenerator(t).schema()))
	if goldentest.Update() {
		require.NoError(t, os.WriteFile(schemaPath, b.Bytes(), 0o644))
		return
	}
	committed, err := os.ReadFile(schemaPath)
	require.NoError(t, err)
	assert.Equal(t, string(committed), b.String(), "run go generate ./pkg/definition")
}

// generator makes the schema of Go types. Descriptions are the comments of
// their fields, limits those that the validation uses.
type generator struct {
	t *testing.T
	// comments are by "Type.Field" and "Type".
	comments map[string]string
}

// constraints are what a type alone does not say, by "Type.Field".
var constraints = map[string]object{
	"Pipeline.Kind":                {"enum": Kinds},
	"Pipeline.Functions":           {"minItems": 1, "maxItems": maxFunctions},
	"Pipeline.Triggers":            {"maxItems": maxTriggers},
	"Pipeline.MachineType":         {"pattern": machineTypePattern, "default": DefaultMachineType},
	"Pipeline.Workers":             workersSpan.schema(DefaultWorkers),
	"Pipeline.MaxWorkers":          workersSpan.schema(DefaultMaxWorkers),
	"Pipeline.NetworkTags":         {"maxItems": maxNetworkTags, "uniqueItems": true, "items": object{"type": "string", "pattern": networkTagPattern}},
	"Pipeline.Streaming":           {"default": false},
	"Pipeline.Update":              {"enum": updates, "default": UpdateDrain},
	"Pipeline.WorkerImage":         {"enum": workerImages, "default": WorkerImageSame},
	"Pipeline.PollingSeconds":      pollingSpan.schema(DefaultPollingSeconds),
	"Pipeline.CancelWithExecution": {"default": false},
	"Schedule.Name":                {"pattern": scheduleNamePattern},
	"Schedule.Timezone":            {"default": DefaultTimezone},
	"Schedule.Enabled":             {"default": true},
	"Schedule.Retries":             retriesSpan.schema(0),
	"Schedule.AttemptDeadline":     deadlineSpan.schema(DefaultAttemptDeadline),
	"Function.Name":                {"pattern": namePattern, "maxLength": MaxFunctionName},
	"Function.Timeout":             timeoutSpan.schema(DefaultTimeout),
	"Function.Memory":              memorySpan.schema(DefaultMemory),
	"Function.Environment": {
		"propertyNames": object{"pattern": variablePattern,
			"not": object{"anyOf": []any{object{"enum": reservedVariables}, object{"pattern": "^(AWS_LAMBDA_|" + ReservedPrefix + ")"}}}},
	},
	"Function.OnFailure":    {"pattern": namePattern},
	"Next.Function":         {"pattern": namePattern},
	"Next.Pipeline":         {"pattern": `^[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9][A-Za-z0-9_-]*$`},
	"Retry.MaxAttempts":     attemptsSpan.schema(DefaultMaxAttempts),
	"Retry.IntervalSeconds": intervalSpan.schema(DefaultIntervalSeconds),
	"Retry.BackoffRate":     backoffSpan.schema(DefaultBackoffRate),
	"Retry.ErrorEquals":     {"minItems": 1, "default": []string{ErrorAll}},
	"Trigger.Schedule":      {"pattern": `^(cron\(.+\)|rate\([0-9]+ (minute|hour|day)s?\))$`, "maxLength": schedule.MaxLength},
	"ObjectTrigger.Bucket":  {"pattern": bucketPattern, "maxLength": maxBucketName},
	"ObjectTrigger.Prefix":  {"maxLength": maxKey},
}

// shapes are what a type as a whole demands.
var shapes = map[string]object{
	"Pipeline":      {"allOf": kindShapes()},
	"Schedule":      {"required": []string{"cron"}},
	"Function":      {"required": []string{"name"}},
	"Next":          {"oneOf": []any{object{"required": []string{"function"}}, object{"required": []string{"pipeline"}}}},
	"Trigger":       {"oneOf": []any{object{"required": []string{"schedule"}}, object{"required": []string{"object"}}}},
	"ObjectTrigger": {"required": []string{"bucket"}},
}

// kindShapes refuse the keys of other kinds, and in kind dataflow parameters that
// are no texts, where a file names its kind.
func kindShapes() []any {
	var shapes []any
	for _, k := range Kinds {
		properties := object{}
		for _, other := range Kinds {
			for _, key := range ownKeys[other] {
				if !slices.Contains(ownKeys[k], key) {
					properties[key] = false
				}
			}
		}
		if k == KindDataflow {
			texts := object{"propertyNames": object{"pattern": parameterPattern, "maxLength": maxParameterName},
				"additionalProperties": object{"type": "string"}}
			properties["parameters"] = texts
			properties["schedule"] = object{"properties": object{"parameters": texts}}
		}
		shapes = append(shapes, object{
			"if":   object{"properties": object{"kind": object{"const": k}}, "required": []string{"kind"}},
			"then": object{"properties": properties},
		})
	}
	return shapes
}

func (s span) schema(standard any) object {
	return object{"minimum": s.min, "maximum": s.max, "default": standard}
}

func newGenerator(t *testing.T) *generator {
	g := &generator{t: t, comments: map[string]string{}}
	for _, name := range []string{"pipeline.go", "dataflow.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(t, err)
		g.read(file)
	}
	return g
}

// read takes the comments of a file's types.
func (g *generator) read(file *ast.File) {
	for _, declaration := range file.Decls {
		types, ok := declaration.(*ast.GenDecl)
		if !ok || types.Tok != token.TYPE {
			continue
		}
		spec := types.Specs[0].(*ast.TypeSpec)
		g.comments[spec.Name.Name] = plain(types.Doc)
		if fields, ok := spec.Type.(*ast.StructType); ok {
			for _, f := range fields.Fields.List {
				g.comments[spec.Name.Name+"."+f.Names[0].Name] = plain(f.Doc)
			}
		}
	}
}

// plain is a comment as one paragraph.
func plain(group *ast.CommentGroup) string {
	var p comment.Parser
	printer := comment.Printer{TextWidth: -1}
	return strings.TrimSpace(string(printer.Text(p.Parse(group.Text()))))
}

func (g *generator) schema() object {
	s := g.structure(reflect.TypeFor[Pipeline]())
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "dorc pipeline.yaml"
	s["description"] = "A pipeline of dorc. For completion in an editor, let the file begin with: " +
		strings.Replace(EditorComment, "%s", "<path or URL of "+SchemaFile+">", 1)
	return s
}

// structure is the schema of a struct.
func (g *generator) structure(t reflect.Type) object {
	properties := object{}
	for f := range t.Fields() {
		name := t.Name() + "." + f.Name
		description, ok := g.comments[name]
		require.True(g.t, ok && description != "", "%s has no comment", name)
		// A comment begins with the field's Go name, which YAML does not have.
		property := g.value(f.Type)
		property["description"] = strings.Replace(description, f.Name, f.Tag.Get("yaml"), 1)
		for k, v := range constraints[name] {
			property[k] = v
		}
		properties[f.Tag.Get("yaml")] = property
	}
	s := object{"type": "object", "additionalProperties": false, "properties": properties}
	for k, v := range shapes[t.Name()] {
		s[k] = v
	}
	return s
}

func (g *generator) value(t reflect.Type) object {
	switch t.Kind() {
	case reflect.Pointer:
		return g.value(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": g.value(t.Elem())}
	case reflect.Interface:
		return object{}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": g.value(t.Elem())}
	case reflect.Struct:
		s := g.structure(t)
		if t == reflect.TypeFor[Next]() {
			return object{"oneOf": []any{object{"type": "string", "pattern": namePattern}, s}}
		}
		return s
	case reflect.String:
		return object{"type": "string"}
	case reflect.Int:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	}
	require.Fail(g.t, "no schema", "%s", t)
	return nil
}

// TestSchemaAgrees holds that the schema and Parse judge alike, as far as a
// schema can: what follows from several fields only Parse sees.
func TestSchemaAgrees(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiled, err := compiler.Compile(schemaPath)
	require.NoError(t, err)
	for _, tt := range []struct {
		name, text string
		// sound is for both; onlyParse are those that only Parse refuses.
		sound, onlyParse bool
	}{
		{"complete", complete, true, false},
		{"nothing but functions", "functions: [{name: a}]", true, false},
		{"description only", "description: x", true, false},
		{"unknown key", "functons: []", false, false},
		{"unknown key of a function", "functions: [{name: a, memry: 1}]", false, false},
		{"unknown key of next", "functions: [{name: a, next: {pipelin: b/c}}]", false, false},
		{"next twice", "functions: [{name: a, next: {pipeline: b/c, function: b}}, {name: b}]", false, false},
		{"next without layer", "functions: [{name: a, next: {pipeline: c}}]", false, false},
		{"no name", "functions: [{timeout: 5}]", false, false},
		{"bad name", "functions: [{name: ../a}]", false, false},
		{"no functions", "functions: []", false, false},
		{"timeout too long", "functions: [{name: a, timeout: 901}]", false, false},
		{"timeout as a text", "functions: [{name: a, timeout: '5'}]", false, false},
		{"memory too small", "functions: [{name: a, memory: 127}]", false, false},
		{"reserved variable", "functions: [{name: a, environment: {AWS_REGION: x}}]", false, false},
		{"variable of dorc", "functions: [{name: a, environment: {DORC_X: x}}]", false, false},
		{"variable as a number", "functions: [{name: a, environment: {PORT: 1}}]", false, false},
		{"null", "functions: [{name: a, next: null}]", false, false},
		{"retry", "functions: [{name: a, retry: {backoff_rate: 0.5}}]", false, false},
		{"no errors", "functions: [{name: a, retry: {error_equals: []}}]", false, false},
		{"kind of later", "kind: job", false, false},
		{"no trigger", "functions: [{name: a}]\ntriggers: [{}]", false, false},
		{"two triggers in one", "functions: [{name: a}]\ntriggers: [{schedule: rate(1 day), object: {bucket: raw}}]", false, false},
		{"no bucket", "functions: [{name: a}]\ntriggers: [{object: {prefix: x}}]", false, false},
		{"no expression", "functions: [{name: a}]\ntriggers: [{schedule: daily}]", false, false},
		{"dataflow", "kind: dataflow\nparameters: {input: 'gs://${buckets.raw}/x'}\nstreaming: true\nupdate: in-place\nnetwork_tags: [a, b]", true, false},
		{"workflow", "kind: workflow\nparameters: {n: 1, list: [a, {b: true}]}\nschedule: {cron: '0 3 * * *'}", true, false},
		{"dag", "kind: dag\ndescription: x", true, false},
		{"foreign key of dag", "kind: dag\nschedule: {cron: '0 3 * * *'}", false, false},
		{"foreign key", "kind: dataflow\nfunctions: [{name: a}]", false, false},
		{"foreign key of functions", "kind: functions\nworkers: 2", false, false},
		{"foreign key of workflow", "kind: workflow\nworkers: 2", false, false},
		{"number as a parameter", "kind: dataflow\nparameters: {n: 1}", false, false},
		{"number as a schedule's parameter", "kind: dataflow\nschedule: {cron: '0 3 * * *', parameters: {n: 1}}", false, false},
		{"parameter's name", "kind: dataflow\nparameters: {'1st': x}", false, false},
		{"no cron", "kind: dataflow\nschedule: {name: x}", false, false},
		{"retries", "kind: dataflow\nschedule: {cron: '0 3 * * *', retries: 6}", false, false},
		{"deadline", "kind: dataflow\nschedule: {cron: '0 3 * * *', attempt_deadline: 5}", false, false},
		{"update's name", "kind: dataflow\nstreaming: true\nupdate: inplace", false, false},
		{"machine type", "kind: dataflow\nmachine_type: Big One", false, false},
		{"tag twice", "kind: dataflow\nnetwork_tags: [a, a]", false, false},
		{"too many workers", "kind: dataflow\nmax_workers: 1001", false, false},
		{"max below workers", "kind: dataflow\nworkers: 3\nmax_workers: 2", true, true},
		{"cron expression", "kind: dataflow\nschedule: {cron: daily}", true, true},
		{"cycle", "functions: [{name: a, next: a}]", true, true},
		{"cron", "functions: [{name: a}]\ntriggers: [{schedule: cron(0 6 * * * *)}]", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, problems := Parse("p", []byte(tt.text))
			var value any
			asJSON, err := yaml.YAMLToJSON([]byte(tt.text))
			require.NoError(t, err)
			value, err = jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
			require.NoError(t, err)
			err = compiled.Validate(value)
			assert.Equal(t, tt.sound, err == nil, "schema: %v", err)
			assert.Equal(t, tt.sound && !tt.onlyParse, len(problems) == 0, "Parse: %v", problems)
		})
	}
}
