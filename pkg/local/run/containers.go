package run

import (
	"context"
	"fmt"
	"strconv"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/dorc-dev/dorc/pkg/local/run/container"
	"github.com/dorc-dev/dorc/pkg/local/run/lambda"
	"github.com/dorc-dev/dorc/pkg/local/run/rootfs"
	"github.com/dorc-dev/dorc/pkg/problem"
)

// supported looks for what the functions run on.
func (s *session) supported(ctx context.Context, record *record) error {
	if len(s.plan.functions) == 0 {
		return nil
	}
	if err := lambda.Supported(); err != nil || !s.runner.options.Container {
		return err
	}
	engine, err := container.Find(ctx)
	if err != nil {
		return err
	}
	if !engine.Limits {
		record.preparing("containers", engine.Name+" cannot limit memory on this machine: functions may take more than they have on AWS")
	}
	s.engine = engine
	return engine.Sweep(ctx, func(pid string) bool {
		number, err := strconv.Atoi(pid)
		return err == nil && !alive(number)
	})
}

// inContainer makes a function ready to run in containers: its complete image is in the engine.
func (s *session) inContainer(ctx context.Context, f *lambda.Function, image *rootfs.Image, own map[string]string, r *container.Runtime, repository string, record *record) error {
	f.Variables, f.Runtime = own, r
	var err error
	r.Engine = s.engine
	r.Image, err = s.engine.Load(ctx, repository, image.Digest, func(ctx context.Context) (v1.Image, error) {
		record.preparing("image of "+f.Name, "loading it into "+s.engine.Name)
		return s.complete(ctx, repository, image, len(r.Entrypoint) > 0)
	})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return forFunction(f.Name, imageFailure(err))
	}
	return nil
}

// complete returns the image with its base inside.
func (s *session) complete(ctx context.Context, repository string, image *rootfs.Image, entrypoint bool) (whole v1.Image, err error) {
	whole = image.Image()
	if s.runner.options.Complete != nil {
		if whole, err = s.runner.options.Complete(ctx, repository, image.Digest); err != nil {
			return nil, err
		}
	}
	config, err := whole.ConfigFile()
	if err != nil {
		return nil, err
	}
	if len(config.Config.Entrypoint) == 0 && !entrypoint {
		return nil, problem.Problem{Resource: "image " + image.Digest, Summary: "it has no entry point, so it cannot run in a container",
			Detail: "An image that starts Lambda's runtime has one from its base image.", Hint: "use a base image of AWS's for Lambda, or one with awslambdaric, as base_image"}
	}
	return whole, nil
}

// imageFailure keeps problems as they are.
func imageFailure(err error) error {
	var list problem.List
	if asList(err, &list) {
		return err
	}
	return problem.Problem{Summary: "its image cannot be put into the container engine", Resource: "image", Detail: fmt.Sprint(err)}
}
