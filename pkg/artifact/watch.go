package artifact

import (
	"fmt"
	"time"
)

// watch is what someone who waits for a lease has seen of it.
type watch struct {
	began time.Time
	wait  time.Duration
	// say hears for whom and how long it waits.
	say func(line string)

	// generation is the object's, seen first at since.
	generation int64
	since      time.Time
	// alive says that the object was changed while it was looked at.
	alive bool
	said  string
}

// unchanged says that the object has been of the generation for so long that its
// holder does not rely on it any more. now is before it was read.
func (w *watch) unchanged(generation int64, now time.Time) bool {
	return generation == w.generation && now.Sub(w.since) >= leaseTime
}

// look notes what was seen, and says whether to wait on. Whose lease has run out by the
// clock has most likely ended, so it is watched until that is sure, also by who would
// not wait for somebody alive.
func (w *watch) look(held holder, generation int64, now, wall time.Time) bool {
	if generation != w.generation {
		w.alive = w.generation != 0
		w.generation, w.since = generation, time.Now()
	}
	until, over := w.began.Add(w.wait), !w.alive && wall.After(held.Expires)
	if over {
		if sure := w.since.Add(leaseTime + pollTime); sure.After(until) {
			until = sure
		}
	}
	if !now.Before(until) {
		return false
	}
	w.tell(held, over, wall.Add(until.Sub(now)))
	return true
}

// tell says once for whom is waited, and until when by the clock on the wall.
func (w *watch) tell(held holder, over bool, until time.Time) {
	line := fmt.Sprintf("waiting for %s, who has been deploying %s since %s, until %s at most",
		held, held.What, held.Started.Local().Format(time.DateTime), until.Local().Format(time.TimeOnly))
	if over {
		line = fmt.Sprintf("%s was deploying %s and seems to have ended early; watching its lease for %s to be sure, until %s",
			held, held.What, leaseTime, until.Local().Format(time.TimeOnly))
	}
	if key := fmt.Sprint(held.ID, over); key != w.said {
		w.said = key
		w.say(line)
	}
}
