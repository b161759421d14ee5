package ui

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Ask puts a question whose answer is yes or no. Anything but yes is no.
func Ask(o Output, in io.Reader, question string) (bool, error) {
	fmt.Fprintf(o.Out, "%s Only \"yes\" goes on: ", question)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && err != io.EOF {
		return false, err
	}
	return strings.EqualFold(strings.TrimSpace(answer), "yes"), nil
}
