package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// soak is a run of many rounds in one folder.
type soak struct {
	process
	rng    *rand.Rand
	repo   *repo
	log    io.Writer
	report report
	// took is how long an undisturbed command took last.
	took map[string]time.Duration
}

func newSoak(p process, seed uint64) *soak {
	return &soak{
		process: p, rng: rand.New(rand.NewPCG(seed, 0)), repo: newRepo(), log: io.Discard,
		report: newReport(), took: map[string]time.Duration{},
	}
}

var (
	applyUniversal   = []string{"apply", "universal"}
	applyInfra       = []string{"apply", "infra", "--env", "prod"}
	destroyInfra     = []string{"destroy", "infra", "--env", "prod"}
	destroyUniversal = []string{"destroy", "universal"}
)

// round changes the config repo, kills a command, and lets normal applies take
// it up. Every tenth round two applies meet instead.
func (s *soak) round(i int) error {
	if err := s.change(); err != nil {
		return err
	}
	if i%10 == 5 {
		if err := s.contend(); err != nil {
			return err
		}
	} else if err := s.disturb(i); err != nil {
		return err
	}
	if err := s.settle(); err != nil {
		return err
	}
	if broken := s.check(); len(broken) > 0 {
		return fmt.Errorf("after the recovery:\n%s", strings.Join(broken, "\n"))
	}
	// Temporary files may stay until they are so old that no writer is alive.
	if err := s.age(); err != nil {
		return err
	}
	if err := s.idle(); err != nil {
		return err
	}
	if left := s.temporaries(); len(left) > 0 {
		return fmt.Errorf("temporary files of killed processes are left:\n%s", strings.Join(left, "\n"))
	}
	return nil
}

// change changes the config repo as a person would.
func (s *soak) change() error {
	for _, removed := range s.repo.mutate(s.rng) {
		if !s.begun("default-prod-" + removed) {
			continue
		}
		if _, err := s.must("destroy", removed, "--layer", "default", "--env", "prod"); err != nil {
			return err
		}
	}
	return s.repo.write(s.process.repo())
}

// disturb kills a command, and sometimes also the one that takes it up.
func (s *soak) disturb(i int) error {
	victim := [][]string{
		applyUniversal, applyUniversal, applyInfra, applyInfra, applyInfra, applyInfra, destroyInfra, destroyUniversal,
	}[s.rng.IntN(8)]
	var before [][]string
	switch {
	case same(victim, applyInfra):
		before = [][]string{applyUniversal}
	case same(victim, destroyUniversal):
		before = [][]string{destroyInfra}
	}
	for _, args := range before {
		if _, err := s.must(args...); err != nil {
			return err
		}
	}
	if err := s.killAtRandom(i, victim); err != nil {
		return err
	}
	if s.rng.IntN(5) == 0 {
		// The person does not wait: the next apply is of another config repo. It
		// keeps the project, though: names that a replacement has not given up yet
		// cannot be taken again.
		project := s.repo.project
		if err := s.change(); err != nil {
			return err
		}
		s.repo.project = project
		if err := s.repo.write(s.process.repo()); err != nil {
			return err
		}
		// A new function's repository comes before its pipeline.
		if _, err := s.must(applyUniversal...); err != nil {
			return err
		}
	}
	for s.rng.IntN(10) < 3 {
		again := applyUniversal
		if same(victim, applyInfra) {
			again = applyInfra
		}
		if err := s.killAtRandom(i, again); err != nil {
			return err
		}
		s.report.again++
	}
	return nil
}

// killAtRandom kills a command at a moment that is spread over its whole
// duration, and a little beyond. Every second time the moment counts from when
// the command has a lease, since a good part of a short run is only its start.
func (s *soak) killAtRandom(i int, args []string) error {
	name := strings.Join(args[:2], " ")
	whole := s.took[name]
	if whole == 0 {
		whole = time.Second
	}
	before := s.fingerprint()
	moment := time.Duration(s.rng.Float64() * 1.1 * float64(whole))
	var begun func() bool
	if left := s.leaseText(); s.rng.IntN(2) == 0 {
		moment = moment * 6 / 10
		begun = func() bool { return s.leaseText() != left }
	}
	e, err := s.kill(moment, begun, args...)
	if err != nil {
		return err
	}
	if !e.killed {
		s.took[name] = e.took
		if e.code != 0 {
			return e.unexpected()
		}
	}
	k := kill{command: name, ended: !e.killed, changed: before != s.fingerprint(), lease: s.leaseText() != ""}
	k.entries, k.pending = s.journals()
	s.report.add(k)
	s.note(e.output)
	fmt.Fprintf(s.log, "round %d: dorc %s: killed=%v after %v, %d entries, %d calls under way\n", i, name, e.killed, e.took.Round(time.Millisecond), k.entries, k.pending)
	return nil
}

// settle applies everything, which must succeed.
func (s *soak) settle() error {
	for _, args := range [][]string{applyUniversal, applyInfra} {
		e, err := s.must(args...)
		if err != nil {
			return err
		}
		s.took[strings.Join(args[:2], " ")] = e.took
		s.note(e.output)
	}
	return nil
}

// tookUp is what dorc says when it finds the journal of an ended run.
var tookUp = regexp.MustCompile(`Took up the journal .*: (\d+) entries, (\d+) operations were under way`)

func (s *soak) note(output string) {
	for _, m := range tookUp.FindAllStringSubmatch(output, -1) {
		entries, _ := strconv.Atoi(m[1]) //nolint:errcheck // the pattern has digits only
		pending, _ := strconv.Atoi(m[2]) //nolint:errcheck // the pattern has digits only
		s.report.journals++
		s.report.entries += entries
		s.report.pending += pending
	}
}

// idle applies everything once more: there must be nothing to do.
func (s *soak) idle() error {
	for _, args := range [][]string{applyUniversal, applyInfra} {
		e, err := s.must(append([]string{"--json"}, args...)...)
		if err != nil {
			return err
		}
		summaries := 0
		for line := range strings.Lines(e.output) {
			var event struct {
				Stack   string `json:"stack"`
				Summary *struct {
					Changes map[string]int `json:"resourceChanges"`
				} `json:"summaryEvent"`
			}
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				return fmt.Errorf("dorc --json printed %q: %w", line, err)
			}
			if event.Summary == nil {
				continue
			}
			summaries++
			for op, n := range event.Summary.Changes {
				if op != "same" && op != "read" && op != "refresh" && n > 0 {
					return fmt.Errorf("a further apply of %s changes something: %v", event.Stack, event.Summary.Changes)
				}
			}
		}
		if summaries == 0 {
			return fmt.Errorf("dorc %v had no summary:\n%s", args, e.output)
		}
	}
	return nil
}

func same(a, b []string) bool { return strings.Join(a, " ") == strings.Join(b, " ") }
