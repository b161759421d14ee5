package process

import (
	"slices"
	"strconv"
	"strings"
)

// parse reads what ps says of processes: number, parent, group, state and start of each, and the number
// with the command and its variables.
func parse(said, commands, mark string) (all []entry) {
	marked := map[string]bool{}
	for line := range strings.Lines(commands) {
		pid, command, _ := strings.Cut(strings.TrimSpace(line), " ")
		marked[pid] = mark != "" && strings.Contains(command, " "+mark)
	}
	for line := range strings.Lines(said) {
		fields := strings.Fields(line)
		if len(fields) < 5 {
			continue
		}
		pid, err := strconv.Atoi(fields[0])
		if err != nil {
			continue
		}
		e := entry{pid: pid, marked: marked[fields[0]], dead: strings.HasPrefix(fields[3], "Z"), started: strings.Join(fields[4:], " ")}
		e.parent, _ = strconv.Atoi(fields[1])
		e.group, _ = strconv.Atoi(fields[2])
		all = append(all, e)
	}
	return all
}

// values are those of a variable in what ps says of commands, each once; of one with a space, what is before it.
func values(commands, name string) (all []string) {
	for line := range strings.Lines(commands) {
		if _, rest, found := strings.Cut(line, " "+name+"="); found {
			value, _, _ := strings.Cut(strings.TrimRight(rest, "\n"), " ")
			if !slices.Contains(all, value) {
				all = append(all, value)
			}
		}
	}
	return all
}
