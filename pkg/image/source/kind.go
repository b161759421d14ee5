package source

// Kind says what an image is for. It is the property kind of dorc:image:Image.
type Kind string

const (
	// KindFunction is the image of one function, for Lambda.
	KindFunction Kind = ""
	// KindFlexTemplate is the image of a Dataflow pipeline that launches it and, with
	// worker_image: same, runs its workers too.
	KindFlexTemplate Kind = "flex-template"
	// KindBeamWorker is the image of a Dataflow pipeline's workers alone.
	KindBeamWorker Kind = "beam-worker"
)

// TemplateRoot is where the images of Dataflow pipelines have the code. Source:
// https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates
const TemplateRoot = "/template"

// Root is the folder of the code in the image.
func (s Source) Root() string {
	if s.Kind == KindFunction {
		return TaskRoot
	}
	return TemplateRoot
}

// ID is <layer>/<pipeline>/<function>, of a Dataflow pipeline <layer>/<pipeline>.
func (s Source) ID() string {
	if s.Kind == KindFunction {
		return s.Function.ID()
	}
	return s.Pipeline.ID()
}

// Owner is whose image it is, for messages: "function <id>" or "pipeline <id>".
func (s Source) Owner() string { return s.noun() + " " + s.ID() }

func (s Source) noun() string {
	if s.Kind == KindFunction {
		return "function"
	}
	return "pipeline"
}

// Dir is the folder with the code.
func (s Source) Dir() string {
	if s.Kind == KindFunction {
		return s.Function.Dir
	}
	return s.Pipeline.Dir
}
