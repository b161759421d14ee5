package stack

import "github.com/dorc-dev/dorc/pkg/problem"

// ComposerNotice warns of an image of an environment's Cloud Composer that dorc knows in
// part, so that what it checks DAGs against may be off; nil when it knows it.
func (p *Project) ComposerNotice(env string) *Finding {
	at, notice := p.composerNotice(env)
	if notice == nil {
		return nil
	}
	return &Finding{Check: at, Level: FindingWarning, Summary: notice.Summary, Detail: notice.Detail, Hint: notice.Hint}
}

// composerNotices are those of all environments.
func (p *Project) composerNotices(environments []string) (found problem.List) {
	for _, env := range environments {
		if _, notice := p.composerNotice(env); notice != nil {
			found = append(found, *notice)
		}
	}
	return found
}

func (p *Project) composerNotice(env string) (place string, _ *problem.Problem) {
	g := p.composerOf(env)
	if g == nil {
		return "", nil
	}
	image := g.Composer.Image
	notice := image.Notice()
	if notice == "" {
		return "", nil
	}
	found := p.atImageVersion(env)
	found.Summary, found.Detail = "dorc knows the image of Cloud Composer only in part", notice
	found.Hint = "Nothing breaks by it. dorc knows " + image.Newest().Version + " wholly, and a newer dorc may know yours."
	return found.Place(), &found
}
