// Command testsummary reads `go test -json` and prints one line per package,
// what failed with its output, every skip with its reason, and a count.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func main() {
	var passed, failed, skipped int
	output := map[string]*strings.Builder{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Println(lines.Text()) // a build error, not an event
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
			continue
		case "pass", "fail", "skip":
		default:
			continue
		}
		text := ""
		if b := output[key]; b != nil {
			text = b.String()
		}
		delete(output, key)
		if e.Test == "" {
			if e.Action != "skip" {
				fmt.Printf("%-4s %s %.1fs\n", e.Action, e.Package, e.Elapsed)
			}
			if e.Action == "fail" {
				fmt.Print(text)
			}
			continue
		}
		switch e.Action {
		case "pass":
			passed++
		case "fail":
			failed++
			fmt.Printf("FAIL %s\n%s", key, text)
		case "skip":
			skipped++
			fmt.Printf("SKIP %s\n%s", key, text)
		}
	}
	for key, b := range output {
		if strings.HasPrefix(key, " ") || strings.Contains(b.String(), "[build failed]") {
			fmt.Print(b.String())
		}
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped)
}
