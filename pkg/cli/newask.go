package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// answer is a value that a command needs and a person may be asked for.
type answer struct {
	// value is where the value is, and where the answer goes.
	value *string
	// question names the value, as in "Layer".
	question string
	// flag is how the value is given without a terminal. A value without a flag
	// may stay empty.
	flag string
	// check says what is wrong with a value, or "".
	check func(string) string
	// initial is offered, and taken when the answer is empty.
	initial string
}

var errNoAnswer = errors.New("the input ended; nothing was written")

// complete asks for the values that are missing. Without a terminal nobody can
// answer: then a value that must be given is refused by the name of its flag.
func (a *app) complete(answers []answer) error {
	if !a.canAsk() {
		return missingFlags(answers)
	}
	in := bufio.NewReader(a.in)
	for _, q := range answers {
		if *q.value != "" {
			continue
		}
		if err := ask(in, a.stdout, q); err != nil {
			return err
		}
	}
	return nil
}

// canAsk says whether a person sees the questions and can answer them.
func (a *app) canAsk() bool { return isTerminal(a.in) && a.output().Interactive }

// isTerminal tells whether a stream of this process is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) //nolint:gosec // a file descriptor fits an int
}

func missingFlags(answers []answer) error {
	var missing []string
	for _, q := range answers {
		if *q.value == "" && q.flag != "" {
			missing = append(missing, q.flag)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &usageError{fmt.Errorf("missing: %s; this is no terminal to ask on", strings.Join(missing, ", "))}
}

// ask repeats one question until its answer is right.
func ask(in *bufio.Reader, out io.Writer, q answer) error {
	for {
		offer := ""
		if q.initial != "" {
			offer = " [" + q.initial + "]"
		}
		if _, err := fmt.Fprintf(out, "%s%s: ", q.question, offer); err != nil {
			return err
		}
		line, err := in.ReadString('\n')
		if err != nil && (!errors.Is(err, io.EOF) || line == "") {
			return errNoAnswer
		}
		text := strings.TrimSpace(line)
		if text == "" {
			text = q.initial
		}
		if text == "" && q.flag == "" {
			return nil
		}
		wrong := q.check(text)
		if wrong == "" {
			*q.value = text
			return nil
		}
		if _, err := fmt.Fprintf(out, "  %s\n", wrong); err != nil {
			return err
		}
	}
}
