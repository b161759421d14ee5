package run

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/run/container"
	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// ready makes a function ready to run: on the host or in containers.
func (s *session) ready(ctx context.Context, name string, doc *cloud.Document, record *record) (*lambda.Function, error) {
	image, repository, err := s.image(name, doc)
	if err != nil {
		return nil, err
	}
	handler, err := handlerOf(name, doc, image)
	if err != nil {
		return nil, err
	}
	f := &lambda.Function{
		Name: name, ARN: text(doc, "arn"), Version: "$LATEST", Handler: handler, TaskRoot: image.TaskRoot,
		MemoryMB:            integer(doc, 128, "memorySize"),
		Timeout:             time.Duration(integer(doc, 3, "timeout")) * time.Second,
		ReservedConcurrency: integer(doc, -1, "reservedConcurrentExecutions"),
		LogGroup:            cmp.Or(text(doc, "loggingConfig", "logGroup"), "/aws/lambda/"+name),
		Region:              s.runner.options.Region, Account: s.runner.options.Account,
		Endpoint: s.endpoint.URL, Temporary: s.temporary(),
	}
	own := table(doc, "environment", "variables")
	if s.engine != nil {
		r := &container.Runtime{Entrypoint: words(doc, "imageConfig", "entryPoints"), Command: words(doc, "imageConfig", "commands"),
			WorkingDirectory: text(doc, "imageConfig", "workingDirectory")}
		if len(r.Entrypoint) > 0 && len(r.Command) == 0 {
			r.Command = []string{handler} // an entry point of its own hides the image's command
		}
		return f, s.inContainer(ctx, f, image, own, r, repository, record)
	}
	return f, s.onHost(ctx, f, image, own, record)
}

// handlerOf finds the handler: the function's own command, or the image's. An image that starts something
// else than Lambda's Python runtime is refused.
func handlerOf(name string, doc *cloud.Document, image *rootfs.Image) (string, error) {
	entrypoint := image.Entrypoint
	if own := words(doc, "imageConfig", "entryPoints"); len(own) > 0 {
		entrypoint = own
	}
	python := func(word string) bool {
		return strings.Contains(word, "awslambdaric") || strings.HasSuffix(word, "lambda-entrypoint.sh")
	}
	if len(entrypoint) > 0 && !slices.ContainsFunc(entrypoint, python) {
		return "", problem.Problem{Resource: "function " + name, Summary: "its image does not start Lambda's Python runtime",
			Detail: fmt.Sprintf("Its entry point is %q.", entrypoint), Hint: "the local runtime runs Python handlers only"}
	}
	handler := image.Handler
	if own := words(doc, "imageConfig", "commands"); len(own) > 0 {
		handler = own[0]
	}
	if handler == "" {
		return "", problem.Problem{Resource: "function " + name, Summary: "neither it nor its image names a handler",
			Hint: "set the image's command, such as lambda.handler"}
	}
	return handler, nil
}

// imageReference splits <host>/<repository>@sha256:…. whose is what has the image, as "function x".
func imageReference(whose, uri string) (repository, digest string, err error) {
	reference, digest, byDigest := strings.Cut(uri, "@")
	_, repository, hasHost := strings.Cut(reference, "/")
	if !byDigest || !hasHost {
		return "", "", problem.Problem{Resource: whose, Summary: "it has no image that can be run",
			Detail: fmt.Sprintf("The image is %q; what is needed is <registry>/<repository>@<digest>.", uri)}
	}
	if !slices.ContainsFunc(strings.Split(repository, "/"), func(p string) bool { return p == "" || p == "." || p == ".." }) {
		return repository, digest, nil
	}
	return "", "", problem.Problem{Resource: whose, Summary: "its image's repository has no valid name", Detail: fmt.Sprintf("The image is %q.", uri)}
}

func imageProblem(name string, err error) error {
	return problem.Problem{Resource: "function " + name, Summary: "its image cannot be used", Detail: err.Error(), Hint: "apply its pipeline again, or use --container"}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
