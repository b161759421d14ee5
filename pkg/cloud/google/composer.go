package google

import (
	"context"
	"fmt"
	"slices"
	"strings"

	composerapi "google.golang.org/api/composer/v1"

	"github.com/dorc-dev/dorc/pkg/cloud/check"
	"github.com/dorc-dev/dorc/pkg/composer"
)

// Wanted is a Composer environment that dorc makes, changes or uses.
type Wanted struct {
	// Name and Region say which.
	Name, Region string
	// Image is the image version that it is to have. Default: it is not looked at.
	Image string
	// Existing says that someone else made it, so that it must be there, with its DAGs
	// in Bucket. Default: dorc makes it.
	Existing bool
	Bucket   string
	// Account is the address of its service account when someone else manages that
	// with its grants. Default: dorc does.
	Account string
}

// environments looks at each Composer environment before anything is changed: a
// change of one that is not running fails only when all others are made.
func (c *checker) environments(ctx context.Context, p Project, number string) (all []Finding) {
	for _, w := range p.Environments {
		all = append(all, c.wanted(ctx, p, w, number)...)
	}
	return all
}

func (c *checker) wanted(ctx context.Context, p Project, w Wanted, number string) []Finding {
	e, err := c.client.environment(ctx, p.ID, w.Region, w.Name)
	if err == nil {
		return c.there(ctx, p, w, e)
	}
	f := Finding{Check: Environment{Name: w.Name}.check()}
	a, _ := answerOf(err)
	off := a.reason == serviceDisabled
	var reason string
	f.Fault, reason = faultOf(err)
	switch {
	case !off && a.code != 404:
		f.Level, f.Summary, f.Detail = check.Warning, "whether it is there, and running, is not known", reason
		f.Hint = "grant roles/composer.user to have it looked at"
		return []Finding{f}
	case w.Existing:
		f.Level, f.Summary = check.Missing, "the Composer environment does not exist"
		f.Detail = "gcp.composer.existing names it, and it is not in " + w.Region + " of " + p.ID
		if off {
			f.Detail = reason
		}
		f.Hint = "gcloud composer environments list --project=" + p.ID + " --locations=" + w.Region + " shows those that are there"
		return []Finding{f}
	}
	f = Finding{Check: f.Check, Level: check.OK, Summary: "it does not exist yet; `dorc apply infra` makes it"}
	all := []Finding{f}
	if !off {
		all = append(all, c.offered(ctx, p, w, nil)...)
	}
	return append(all, c.prepared(ctx, p, w, number)...)
}

// there looks at an environment that exists.
func (c *checker) there(ctx context.Context, p Project, w Wanted, e Environment) []Finding {
	f := e.finding()
	if e.State == Failed && !w.Existing {
		f.Level = check.Warning // or it could not be destroyed
	}
	if e.State != Running {
		return []Finding{f}
	}
	if w.Existing && w.Bucket != "" && w.Bucket != e.Bucket() {
		return []Finding{{
			Check: f.Check, Level: check.Missing, Summary: "the Composer environment has another bucket",
			Detail: fmt.Sprintf("gcp.composer.bucket is %s, and its DAGs are in %s", w.Bucket, e.Bucket()), Hint: "set bucket to " + e.Bucket(),
		}}
	}
	if w.Existing {
		return append([]Finding{f}, compiledFor(f.Check, w, e)...)
	}
	if reason := composer.UpgradeReason(e.Image, w.Image); reason != "" {
		return []Finding{{
			Check: f.Check, Level: check.Missing, Summary: "the image of an environment is never changed to an earlier one", Detail: reason + " (" + composer.UpgradeSource + ")",
			Hint: "set gcp.composer.image_version to " + e.Image + " or a later one of its generation, or give the environment another name, which makes a new one",
		}}
	}
	return append([]Finding{f}, c.offered(ctx, p, w, &e)...)
}

// compiledFor warns when DAGs are compiled for another image than the one they run on.
func compiledFor(name string, w Wanted, e Environment) []Finding {
	has, ok := composer.ParseImage(e.Image)
	wants, also := composer.ParseImage(w.Image)
	if !ok || !also || has.Airflow == wants.Airflow {
		return nil
	}
	return []Finding{{
		Check: name, Level: check.Warning, Summary: "DAGs are compiled for another version of Airflow than the environment has",
		Detail: fmt.Sprintf("image_version is %s, and it runs %s", w.Image, e.Image), Hint: "set gcp.composer.image_version to " + e.Image,
	}}
}

// offered asks whether the region has the image. An environment that has it already
// needs no offer.
func (c *checker) offered(ctx context.Context, p Project, w Wanted, e *Environment) []Finding {
	wants, ok := composer.ParseImage(w.Image)
	if !ok {
		return nil
	}
	if e != nil {
		if has, ok := composer.ParseImage(e.Image); ok && wants.Covers(has) {
			return nil
		}
	}
	var all []*composerapi.ImageVersion
	err := c.client.composer.Projects.Locations.ImageVersions.List("projects/"+p.ID+"/locations/"+w.Region).IncludePastReleases(true).
		Pages(ctx, func(page *composerapi.ListImageVersionsResponse) error {
			all = append(all, page.ImageVersions...)
			return nil
		})
	name := "image of " + w.Name
	if err != nil {
		kind, reason := faultOf(err)
		return []Finding{{Check: name, Level: check.Unknown, Fault: kind, Summary: "which images the region has is not known: " + reason}}
	}
	var old bool
	for _, i := range all {
		if has, ok := composer.ParseImage(i.ImageVersionId); ok && wants.Covers(has) {
			if !i.CreationDisabled {
				return []Finding{{Check: name, Level: check.OK, Summary: w.Image}}
			}
			old = true
		}
	}
	f := Finding{Check: name, Level: check.Missing, Summary: "the region does not have the image", Detail: w.Image + " is not among those of " + w.Region}
	if old {
		f.Summary, f.Detail = "the image is too old for a new environment", w.Image+" is in no new environment any more"
	}
	f.Hint = "set gcp.composer.image_version to another"
	if latest := latestOf(all, wants.Generation); len(latest) > 0 {
		f.Hint += ", such as " + strings.Join(latest, ", ")
	}
	return []Finding{f}
}

// latestOf are the newest images of a generation, one for each minor version of
// Airflow, the newest first, and not more than three.
func latestOf(all []*composerapi.ImageVersion, generation int) (latest []string) {
	var images []composer.Image
	for _, i := range all {
		if image, ok := composer.ParseImage(i.ImageVersionId); ok && !i.CreationDisabled && image.Generation == generation && image.Full() {
			images = append(images, image)
		}
	}
	slices.SortFunc(images, func(a, b composer.Image) int { return b.Compare(a) })
	seen := map[string]bool{}
	for _, i := range images {
		minor := i.Airflow[:strings.LastIndexByte(i.Airflow, '.')]
		if !seen[minor] && len(latest) < 3 {
			seen[minor] = true
			latest = append(latest, i.String())
		}
	}
	return latest
}
