package yamlpipeline

// Pipeline is what the writer writes.
type Pipeline struct {
	// Header is written as comments at the top, a line each.
	Header []string
	// Transforms in the order of the text.
	Transforms []Transform
	// Providers offer transforms that Beam YAML does not have by itself.
	Providers []Provider
}

// Transform is one step.
type Transform struct {
	// Comment is written above, a line each; empty means none.
	Comment []string
	// Type is Beam's, such as ReadFromText. Name is unique in the pipeline.
	Type, Name string
	// Inputs are what it reads: none, one without a tag, or several with a tag each.
	Inputs []Input
	// Config is the transform's own.
	Config Map
}

// Input is a transform that another reads. Tag names it there, such as the table's
// name in SQL; the only input may have none.
type Input struct{ Tag, Transform string }

// Provider offers transforms from elsewhere.
type Provider struct {
	// Type is Beam's kind of provider, such as beamJar.
	Type string
	// Transforms map names to what the provider calls them; Config is its own.
	Transforms, Config Map
}

// Map is a mapping that keeps its order.
type Map []Item

// Item is a key with a value: string, bool, int, Parameter, Map, []any of these.
type Item struct {
	Key   string
	Value any
}

// Parameter is a value that is known when the pipeline starts: a Jinja variable,
// which Beam fills in before it reads the YAML. The value is quoted safely,
// whatever is in it. The name has letters, digits and underscores.
type Parameter string

// Within is the parameter as a part of a text. Beam fills its value in as it is:
// its form must be checked by whoever gives it.
func (p Parameter) Within() string { return string(mark) + string(p) + string(mark) }
