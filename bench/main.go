// Command bench measures dorc as a person runs it: whole processes on the local
// target, with its real durability, beside Terraform (or OpenTofu) and the stock
// Pulumi CLI where they are on the machine; how it builds and pushes images,
// beside Docker; pipelines of Dataflow beside Beam by hand; and DAGs without code
// beside dag-factory. It prints Markdown tables; it judges nothing and is no test.
//
// The figures of docs/benchmarks.md are what it printed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

type options struct {
	dorc  string
	dir   string
	sizes []int
	runs  int
	cap   time.Duration
	slow  time.Duration
	only  string
}

func main() {
	// Parts of the bench that must not share its process: see helper.go.
	if len(os.Args) > 1 {
		if run, ok := helpers[os.Args[1]]; ok {
			exit(run(os.Args[2:]))
		}
	}
	o, err := parse(os.Args[1:])
	if err != nil {
		exit(err)
	}
	exit(run(o))
}

func exit(err error) {
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func parse(args []string) (options, error) {
	o := options{}
	var sizes string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.dorc, "dorc", "bin/dorc", "the dorc to measure")
	f.StringVar(&o.dir, "dir", os.TempDir(), "a folder on the disk to measure on; everything is made and removed in it")
	f.StringVar(&sizes, "n", "10,100,1000,5000", "numbers of resources, even")
	f.IntVar(&o.runs, "runs", 5, "runs per case; the table has medians")
	f.DurationVar(&o.cap, "cap", 10*time.Minute, "a command that takes longer is ended")
	f.DurationVar(&o.slow, "slow", time.Minute, "a case with a command that takes longer is run once, without a warm-up")
	f.StringVar(&o.only, "only", "", "only this tool: dorc, terraform, pulumi; or repo, the table of large config repos; or images, those of images; or dataflow, that of Dataflow pipelines; or dags, that of DAGs without code")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	for _, s := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 2 || n%2 != 0 {
			return o, fmt.Errorf("-n %s: sizes are even numbers from 2", sizes)
		}
		o.sizes = append(o.sizes, n)
	}
	if o.runs < 1 {
		return o, fmt.Errorf("-runs %d: at least one", o.runs)
	}
	var err error
	o.dorc, err = filepath.Abs(o.dorc)
	return o, err
}

func run(o options) error {
	work, err := os.MkdirTemp(o.dir, "dorc-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tools := []*tool{dorcTool(o.dorc), terraformTool(), pulumiTool()}
	alone := slices.Contains([]string{"repo", "images", "dataflow", "dags"}, o.only)
	if alone && o.only != "repo" {
		tools = tools[:1]
	}
	printFacts(os.Stdout, work, tools)
	if !alone {
		results, err := measure(o, work, tools)
		if err != nil {
			return err
		}
		printResults(os.Stdout, o, tools, results)
		printGoals(os.Stdout, results)
	}
	if o.only == "" || o.only == "repo" {
		if err := largeRepo(os.Stdout, o, work); err != nil {
			return err
		}
	}
	if o.only == "" || o.only == "images" {
		if err := images(os.Stdout, o, work); err != nil {
			return err
		}
	}
	if o.only == "" || o.only == "dataflow" {
		if err := dataflows(os.Stdout, o, work); err != nil {
			return err
		}
	}
	if o.only == "" || o.only == "dags" {
		return dagsPart(os.Stdout, o, work)
	}
	return nil
}
