package stack

import (
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/image/base"
	"github.com/dorc-dev/dorc/pkg/image/dockerfile"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// validateImages checks how the repo's images are built. Its warnings are what a
// Dockerfile says and the standard builder does not do.
func (p *Project) validateImages(u *config.Universal) (warnings, found problem.List) {
	if u == nil {
		return nil, nil
	}
	root := p.Settings.ConfigRepoPath
	if beam, err := source.BeamOf(*u); err == nil { // what is wrong otherwise is told where it is read
		if _, err := beam.Settings(source.KindFlexTemplate); err != nil {
			bad := asProblems(err)
			for i := range bad {
				bad[i].File = p.universalConfigPath()
			}
			found = append(found, p.shown(bad)...)
		}
	}
	s, err := source.SettingsOf(root, *u)
	if err != nil {
		return nil, append(found, p.shown(asProblems(err))...)
	}
	if s.Builder == source.Docker {
		return nil, found
	}
	if err := base.Check(s.Base); err != nil {
		bad := asProblems(err)
		for i := range bad {
			bad[i].File = filepath.Join(root, dockerfile.Name) // base_image was checked where it was read
		}
		found = append(found, p.shown(bad)...)
	}
	if _, err := base.ReadLock(root); err != nil {
		found = append(found, p.shown(asProblems(err))...)
	}
	file, err := dockerfile.Read(root)
	if err == nil && file != nil {
		warnings = p.shown(file.Ignored())
	}
	return warnings, found
}

// shown names files as the user would type them.
func (p *Project) shown(found problem.List) problem.List {
	for i := range found {
		if found[i].File != "" {
			found[i].File = p.Settings.Relative(found[i].File)
		}
	}
	return found
}
