package python

import (
	"errors"
	"fmt"
	"slices"
)

// lockWalk goes from the project through what it needs in the image.
type lockWalk struct {
	*reading
	file        string
	lock        lockFile
	environment map[string]string
	// extras are the packages that were reached, with their extras.
	extras map[*lockedItem][]string
}

func (w *lockWalk) root(name string) *lockedItem {
	for i, p := range w.lock.Packages {
		for _, kind := range []string{"virtual", "editable"} {
			if p.Source[kind] == "." && normalize(p.Name) == name {
				return &w.lock.Packages[i]
			}
		}
	}
	return nil
}

// visit goes on from a package that was reached with extras.
func (w *lockWalk) visit(item *lockedItem, extras []string) {
	known, seen := w.extras[item]
	added := !seen
	for _, e := range extras {
		if e = normalize(e); !slices.Contains(known, e) {
			known, added = append(known, e), true
		}
	}
	if !added {
		return
	}
	w.extras[item] = known
	needs := slices.Clone(item.Dependencies)
	for extra, more := range item.Optional {
		if slices.Contains(known, normalize(extra)) {
			needs = append(needs, more...)
		}
	}
	for _, n := range needs {
		if n.Marker != "" {
			m, err := parseMarker(n.Marker)
			if err != nil {
				q := w.place(w.file, n.Marker)
				w.refuse(q, q.column, "the lock file is not understood", err.Error(), "Lock again: uv lock.")
				continue
			}
			if !m.holds(w.environment, known) {
				continue
			}
		}
		next, err := w.find(n)
		if err != nil {
			q := w.place(w.file, fmt.Sprintf("{ name = %q", n.Name))
			w.refuse(q, q.column, "the lock file is not understood", fmt.Sprintf("%s needs %s: %v", item.Name, n.Name, err), "Lock again: uv lock.")
			continue
		}
		w.visit(next, n.Extra)
	}
}

// find is the package of a dependency; with forks, several have its name.
func (w *lockWalk) find(n lockedNeed) (*lockedItem, error) {
	var found []*lockedItem
	for i, p := range w.lock.Packages {
		if p.Name == n.Name && (n.Version == "" || p.Version == n.Version) && w.forImage(p) {
			found = append(found, &w.lock.Packages[i])
		}
	}
	switch len(found) {
	case 0:
		return nil, errors.New("it is not in the lock file for the image's Python")
	case 1:
		return found[0], nil
	}
	return nil, errors.New("the lock file has several that fit")
}

// forImage tells whether the package is of a fork that the image's Python takes.
func (w *lockWalk) forImage(p lockedItem) bool {
	if len(p.Markers) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Markers, func(text string) bool {
		m, err := parseMarker(text)
		return err == nil && m.holds(w.environment, nil)
	})
}
