package stack

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/dorc-dev/dorc/pkg/composer"
	"github.com/dorc-dev/dorc/pkg/config"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// environmentType is the resource that a Composer environment is.
const environmentType = "gcp:composer/environment:Environment"

// checkUpgrade refuses an image version that an environment's Cloud Composer cannot be
// changed to: Google says so only when all that comes before it was changed. What is in
// the state decides; the look at the cloud target asks Google too.
func (p *Project) checkUpgrade(ctx context.Context, r Ref) error {
	folder, err := p.folder(r)
	if err != nil {
		return err
	}
	g := p.composerOf(r.Env)
	if g == nil || g.Composer.Existing != "" || exists(filepath.Join(folder, "main.go")) { // a program of one's own decides itself
		return nil
	}
	store, err := p.Store(ctx)
	if err != nil {
		return err
	}
	checkpoint, err := store.Stack(r.Name()).Read(ctx)
	if err != nil {
		return err
	}
	for _, resource := range checkpoint.Deployment.Resources {
		is := func(property, wanted string) bool { return resource.Outputs[property] == wanted }
		if string(resource.Type) != environmentType || resource.Delete || !is("name", g.Composer.Name) || !is("region", g.Region) || !is("project", g.ProjectID) {
			continue // another one would be made
		}
		has := imageOf(resource.Outputs)
		reason := composer.UpgradeReason(has, g.Composer.ImageVersion)
		if reason == "" {
			continue
		}
		found := p.atImageVersion(r.Env)
		found.Summary = "the Composer environment " + g.Composer.Name + " cannot get this image"
		found.Detail = fmt.Sprintf("%s (%s); it has %s", reason, composer.UpgradeSource, has)
		found.Hint = "set gcp.composer.image_version to " + has + " or a later one of its generation; or give the environment another gcp.composer.name, which makes a new one and deletes this one"
		return found
	}
	return nil
}

// imageOf is the image version of a Composer environment in the state, or "".
func imageOf(outputs map[string]any) string {
	var at any = outputs
	for _, key := range []string{"config", "softwareConfig", "imageVersion"} {
		inner, ok := at.(map[string]any)
		if !ok {
			return ""
		}
		at = inner[key]
	}
	version, _ := at.(string)
	return version
}

// composerOf is the configuration of an environment that has a Cloud Composer, else
// nil. Mistakes are said where configurations are read.
func (p *Project) composerOf(env string) *config.Google {
	if _, google, ok, err := p.dagOptions(env); err == nil && ok {
		return google
	}
	return nil
}

// atImageVersion is the place where an environment's image version stands: of the block
// composer, or of the file, when there is none.
func (p *Project) atImageVersion(env string) problem.Problem {
	path := p.infraConfigPath(env)
	at := problem.Problem{File: p.Settings.Relative(path)}
	for _, steps := range [][]string{{"gcp", "composer", "image_version"}, {"gcp", "composer"}} {
		if at.Line, at.Column = config.Place(path, steps...); at.Line > 0 {
			break
		}
	}
	return at
}
