package configrepo_test

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/configrepo"
	"github.com/dorc-dev/dorc/pkg/configrepo/configrepotest"
	"github.com/dorc-dev/dorc/pkg/naming"
)

// BenchmarkLoad finds and validates 2,000 pipelines with 3 functions each.
func BenchmarkLoad(b *testing.B) {
	dir := large(b)
	for b.Loop() {
		repo, problems := configrepo.Load(dir, "")
		if len(problems) > 0 || len(repo.Pipelines) != 2000 {
			b.Fatal(len(repo.Pipelines), problems)
		}
	}
}

// BenchmarkCheck makes every name of that repo in three environments.
func BenchmarkCheck(b *testing.B) {
	repo, problems := configrepo.Load(large(b), "")
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	var environments []naming.Names
	for _, env := range []string{"dev", "preprod", "prod"} {
		environments = append(environments, naming.Names{Project: "Example", Environment: env, Account: "000000000000"})
	}
	for b.Loop() {
		if problems := configrepo.Check(repo, environments...); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

// BenchmarkHash hashes all 6,000 functions.
func BenchmarkHash(b *testing.B) {
	repo, problems := configrepo.Load(large(b), "")
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	for b.Loop() {
		for _, p := range repo.Pipelines {
			for _, f := range p.Functions {
				if _, err := f.Hash(); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

func large(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	if err := configrepotest.Write(dir, configrepotest.Large); err != nil {
		b.Fatal(err)
	}
	return dir
}
