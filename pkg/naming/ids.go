package naming

import "strings"

// Stack is the stack of a pipeline in an environment: <layer>-<env>-<pipeline>.
// Two pipelines can have one stack name; configrepo refuses that.
func Stack(layer, env, pipeline string) string { return layer + "-" + env + "-" + pipeline }

// FunctionID is <layer>-<pipeline>-<function> with "/" and "_" turned into "-".
// Two functions can have one id; configrepo refuses that.
func FunctionID(layer, pipeline, function string) string {
	return dashes(layer + "-" + pipeline + "-" + function)
}

// BucketVariable is the environment variable in which a function finds a data
// bucket's full name: DORC_BUCKET_<NAME>, in capitals, with "_" for every
// character that a variable cannot have.
func BucketVariable(name string) string {
	return "DORC_BUCKET_" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		default:
			return '_'
		}
	}, name)
}

func pipelineID(layer, pipeline string) string { return dashes(layer + "-" + pipeline) }

// dashes turns the separators that not every cloud allows into "-".
func dashes(s string) string { return strings.NewReplacer("/", "-", "_", "-").Replace(s) }

func pipelinePlace(layer, pipeline string) string { return "pipeline " + layer + "/" + pipeline }

func functionPlace(layer, pipeline, function string) string {
	return "function " + layer + "/" + pipeline + "/" + function
}
