package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	imageType      = "dorc:image:Image"
	bucketType     = "aws:s3/bucketV2:BucketV2"
	repositoryType = "aws:ecr/repository:Repository"
)

// check returns what does not hold: every resource of the local cloud is in
// exactly one state, every resource of a state is in the local cloud, nothing is
// there twice, nothing is left to do, and no journal or lock stays.
func (s *soak) check() []string {
	states, err := s.states()
	if err != nil {
		return []string{err.Error()}
	}
	docs, err := s.documents()
	if err != nil {
		return []string{err.Error()}
	}
	var broken []string
	say := func(format string, args ...any) { broken = append(broken, fmt.Sprintf(format, args...)) }
	owned := checkStates(states, say)
	checkDocuments(docs, owned, say)
	s.checkBuckets(docs, say)
	s.checkImages(states, docs, say)
	s.checkFiles(say)
	return broken
}

type sayer func(format string, args ...any)

// checkStates looks at the states alone and returns their resources of the
// local cloud by type and ID.
func checkStates(states []stackState, say sayer) map[string][]entry {
	owned := map[string][]entry{}
	for _, st := range states {
		if st.pending > 0 {
			say("stack %s has %d pending operations", st.name, st.pending)
		}
		urns := map[string]bool{}
		for _, e := range st.entries {
			if urns[e.URN] {
				say("stack %s has %s twice", st.name, e.URN)
			}
			urns[e.URN] = true
			if e.Delete {
				say("stack %s still has to delete %s", st.name, e.URN)
			}
			if e.Custom && !e.Outside && !strings.HasPrefix(e.Type, "pulumi:") && e.Type != imageType {
				owned[e.Type+" "+e.ID] = append(owned[e.Type+" "+e.ID], e)
			}
		}
	}
	return owned
}

func checkDocuments(docs []document, owned map[string][]entry, say sayer) {
	there := map[string]bool{}
	for _, d := range docs {
		key := d.Type + " " + d.ID
		if there[key] {
			say("the local cloud has %s twice", key)
		}
		there[key] = true
		switch entries := owned[key]; {
		case len(entries) == 0:
			say("%s is in the local cloud (made by %s) and in no state", key, d.URN)
		case len(entries) > 1:
			say("%s is in more than one state: %v", key, entries)
		case entries[0].URN != d.URN:
			say("%s is %s in the state and %s in the local cloud", key, entries[0].URN, d.URN)
		}
	}
	for key, entries := range owned {
		if !there[key] {
			say("%s is in the state of %s and not in the local cloud", key, entries[0].stack)
		}
	}
}

func (s *soak) checkBuckets(docs []document, say sayer) {
	var want []string
	for _, d := range docs {
		if d.Type == bucketType {
			want = append(want, d.ID)
		}
	}
	compare("bucket", want, names(s.local("buckets")), say)
}

// checkImages compares the images' tags in the states with those in the local
// cloud, and the folders of images with the repositories.
func (s *soak) checkImages(states []stackState, docs []document, say sayer) {
	var want, got, repositories []string
	for _, st := range states {
		for _, e := range st.entries {
			if _, name, ok := strings.Cut(e.ID, "/"); e.Type == imageType && ok {
				want = append(want, fmt.Sprintf("%s %v", name, e.Outputs["digest"]))
			}
		}
	}
	for _, d := range docs {
		if d.Type == repositoryType {
			repositories = append(repositories, d.ID)
		}
	}
	for _, repository := range names(s.local("images")) {
		if s.onlyHalfWritten(repository) {
			continue
		}
		if !slices.Contains(repositories, repository) {
			say("there are images of the repository %s, which does not exist", repository)
		}
		var index struct {
			Manifests []struct {
				Digest      string            `json:"digest"`
				Annotations map[string]string `json:"annotations"`
			} `json:"manifests"`
		}
		path := s.local("images", repository, "index.json")
		if _, err := os.Stat(path); err != nil {
			continue // a folder without an image
		}
		if err := readJSON(path, &index); err != nil {
			say("%v", err)
		}
		for _, m := range index.Manifests {
			got = append(got, fmt.Sprintf("%s:%s %s", repository, m.Annotations["org.opencontainers.image.ref.name"], m.Digest))
		}
	}
	compare("image", want, got, say)
}

// halfWritten starts the names of files of images that did not get their names.
// The next push to their repository sweeps them; until then they are counted.
const halfWritten = ".new-"

func (s *soak) onlyHalfWritten(repository string) bool {
	files := names(s.local("images", repository))
	return len(files) > 0 && !slices.ContainsFunc(files, func(name string) bool { return !strings.HasPrefix(name, halfWritten) })
}

// halfWrittenFiles counts the half-written files of images.
func (s *soak) halfWrittenFiles() int {
	count := 0
	_ = filepath.WalkDir(s.local("images"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasPrefix(d.Name(), halfWritten) {
			count++
		}
		return nil // a count for the report; a folder that cannot be read has none
	})
	return count
}

// compare wants the same names on both sides, each once.
func compare(what string, state, cloud []string, say sayer) {
	count := map[string]int{}
	for _, name := range state {
		count[name]++
	}
	for _, name := range cloud {
		count[name] -= 1
		if count[name] < 0 {
			say("the %s %s is in the local cloud and in no state, or twice", what, name)
		}
	}
	for name, n := range count {
		if n > 0 {
			say("the %s %s is in a state and not in the local cloud", what, name)
		}
	}
}

func names(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // not made yet: it has none
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// checkFiles looks for what a killed process leaves and nobody cleared up.
func (s *soak) checkFiles(say sayer) {
	err := filepath.WalkDir(s.local(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		relative, _ := filepath.Rel(s.dir, path) //nolint:errcheck // path is below dir
		switch {
		case strings.HasSuffix(path, ".journal"):
			say("a journal is left: %s", relative)
		case strings.Contains(path, "/"+stateRoot+"/locks/"):
			say("a lock is left: %s", relative)
		}
		return nil
	})
	if err != nil {
		say("%v", err)
	}
}
