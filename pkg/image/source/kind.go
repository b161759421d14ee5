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
	// KindDbt is the image of a dbt project.
	KindDbt Kind = "dbt"
)

// Kinds are the kinds that have a name.
var Kinds = []Kind{KindFlexTemplate, KindBeamWorker, KindDbt}

// Beam says whether it is the image of a Dataflow pipeline.
func (k Kind) Beam() bool { return k == KindFlexTemplate || k == KindBeamWorker }

// TemplateRoot is where the images of Dataflow pipelines have the code. Source:
// https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates
const TemplateRoot = "/template"

// Root is the folder of the code in the image.
func (s Source) Root() string {
	switch s.Kind {
	case KindFunction:
		return TaskRoot
	case KindDbt:
		return DbtRoot
	default:
		return TemplateRoot
	}
}

// ID is <layer>/<pipeline>/<function>, of a Dataflow pipeline <layer>/<pipeline>, of
// a dbt project its name.
func (s Source) ID() string {
	switch s.Kind {
	case KindFunction:
		return s.Function.ID()
	case KindDbt:
		return s.Dbt.Name
	default:
		return s.Pipeline.ID()
	}
}

// Owner is whose image it is, for messages: "function <id>", "pipeline <id>" or
// "dbt project <id>".
func (s Source) Owner() string { return s.noun() + " " + s.ID() }

func (s Source) noun() string {
	switch s.Kind {
	case KindFunction:
		return "function"
	case KindDbt:
		return "dbt project"
	default:
		return "pipeline"
	}
}

// Dir is the folder with the code.
func (s Source) Dir() string {
	switch s.Kind {
	case KindFunction:
		return s.Function.Dir
	case KindDbt:
		return s.Dbt.Dir
	default:
		return s.Pipeline.Dir
	}
}
