package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dorc-dev/dorc/pkg/beam/launcher"
	"github.com/dorc-dev/dorc/pkg/beam/translate"
	"github.com/dorc-dev/dorc/pkg/beam/yamlpipeline"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// BeamPipeline is a pipeline of kind dataflow without code.
type BeamPipeline struct {
	// Translation is nil for a file that is Beam YAML already.
	Translation *translate.Translation
	// Checked is what the Beam YAML has.
	Checked yamlpipeline.Summary
	// Warnings are what works, but is hardly meant.
	Warnings problem.List
}

// beamSuffix ends the names of files that are Beam YAML.
const beamSuffix = ".beam.yaml"

// ShowBeam reads a pipeline: Beam YAML, which is checked, when its name ends in
// .beam.yaml, else the launcher's form, which is translated. Profiles is a file of
// connection profiles, or "" when they are not known. The error is a problem.Problem
// or a problem.List.
func ShowBeam(file, profiles string) (*BeamPipeline, error) {
	data, err := beamFile(file)
	if err != nil {
		return nil, err
	}
	shown := problem.Shown(file)
	if strings.HasSuffix(file, beamSuffix) {
		summary, err := yamlpipeline.Check(shown, data)
		if err != nil {
			return nil, err
		}
		return &BeamPipeline{Checked: summary}, nil
	}
	var o launcher.Options
	if profiles != "" {
		text, err := beamFile(profiles)
		if err != nil {
			return nil, err
		}
		if o.Profiles, err = launcher.ReadProfiles(problem.Shown(profiles), text); err != nil {
			return nil, err
		}
	}
	// A link in the folder that leads out of it is not followed.
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return nil, beamProblem(filepath.Dir(file), err)
	}
	defer func() { _ = root.Close() }() //nolint:errcheck // it was only read
	o.Files = root.FS()
	p, err := launcher.Read(shown, data, o)
	if err != nil {
		return nil, err
	}
	translation, err := translate.Translate(p)
	if err != nil {
		return nil, err
	}
	summary, err := yamlpipeline.Check(shown, translation.YAML)
	if err != nil {
		return nil, fmt.Errorf("dorc made Beam YAML that is not valid, which is a mistake of dorc: %w", err)
	}
	return &BeamPipeline{Translation: translation, Checked: summary, Warnings: p.Warnings}, nil
}

// beamFile reads a file that a person named.
func beamFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, beamProblem(name, err)
	case !info.Mode().IsRegular():
		return nil, problem.Problem{File: problem.Shown(name), Summary: "this is not a file", Hint: "Name a config.json, or a *" + beamSuffix + "."}
	case info.Size() > yamlpipeline.MaxSize:
		return nil, problem.Problem{File: problem.Shown(name), Summary: "the file is too large",
			Detail: fmt.Sprintf("%d bytes, at most %d are read", info.Size(), yamlpipeline.MaxSize)}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, beamProblem(name, err)
	}
	return data, nil
}

func beamProblem(name string, err error) problem.Problem {
	p := problem.Problem{File: problem.Shown(name), Summary: "the file cannot be read", Detail: err.Error()}
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		p.Detail = path.Err.Error()
	}
	return p
}
