package source

import (
	"bytes"
	_ "embed" // the program
	"io"
)

// YAMLMain is the name of dorc's own main program, which runs Beam YAML. It takes
// the options --yaml_pipeline_file (a gs:// address or a path) and
// --jinja_variables (a JSON object); all others are Beam's.
const YAMLMain = "dorc_yaml_main.py"

//go:embed program/dorc_yaml_main.py
var yamlMainProgram []byte

func yamlMain() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(yamlMainProgram)), nil }
