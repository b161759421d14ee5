package image

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// SetSay implements Provider. It is called before anything else.
func (p *provider) SetSay(say func(resource.URN, string)) { p.say = say }

// Say reports what is being done for a resource.
func (p *provider) Say(urn resource.URN, line string) { p.say(urn, line) }

// pushing remembers which image is being pushed to a repository.
func (p *provider) pushing(repositoryURL string, urn resource.URN) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.urns[repositoryURL] = urn
}

// Pushing implements Provider. What is said of another repository, such as a base
// image's, is said of no resource.
func (p *provider) Pushing(repositoryURL, line string) {
	p.mutex.Lock()
	urn := p.urns[repositoryURL]
	p.mutex.Unlock()
	if urn == "" {
		line = repositoryURL + ": " + line
	}
	p.say(urn, line)
}
