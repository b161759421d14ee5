package pipelines

import (
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi-gcp/sdk/v7/go/gcp/storage"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/dorc-dev/dorc/pkg/definition"
	"github.com/dorc-dev/dorc/pkg/flextemplate"
	imageresource "github.com/dorc-dev/dorc/pkg/image/resource"
	"github.com/dorc-dev/dorc/pkg/image/source"
	"github.com/dorc-dev/dorc/pkg/naming"
	"github.com/dorc-dev/dorc/pkg/workflows/launch"
)

// beamYAML is the name of the object with a pipeline in Beam YAML.
const beamYAML = "pipeline.beam.yaml"

// createDataflow creates a pipeline of kind dataflow: the image that launches its
// jobs, the template that names it, the pipeline's texts, the workflow that
// launches and follows jobs, and what starts it.
func createDataflow(ctx *pulumi.Context, a *Args, p *Pipeline, register func() (pulumi.ResourceOption, error)) (pulumi.Map, error) {
	b, err := newGoogleBuilder(ctx, a)
	if err != nil {
		return nil, err
	}
	connections, err := b.databases()
	if err != nil {
		return nil, err
	}
	environment, err := b.environment()
	if err != nil {
		return nil, err
	}
	if b.parent, err = register(); err != nil {
		return nil, err
	}
	if err := b.images(p); err != nil {
		return nil, err
	}
	worker := p.Image.ImageURI
	if p.WorkerImage != nil {
		worker = p.WorkerImage.ImageURI
	}
	if err := b.objects(p, environment, worker); err != nil {
		return nil, err
	}
	o, err := b.launch(connections)
	if err != nil {
		return nil, err
	}
	text := worker.ApplyT(func(uri string) (string, error) {
		// The environment is the template's, which is written at the same time.
		all := o
		all.Environment = environment
		all.Environment.SDKContainerImage = uri
		data, err := launch.Write(all)
		return string(data), err
	}).(pulumi.StringOutput)
	var before []pulumi.Resource
	for _, object := range p.Configs {
		before = append(before, object)
	}
	outputs, err := b.workflowAndSchedule(p, text, b.scheduled, append(before, p.Template)...)
	if err != nil {
		return nil, err
	}
	outputs["template_path"] = pulumi.String(o.Template)
	outputs["image_uri"] = p.Image.ImageURI
	outputs["worker_image_uri"] = worker
	return outputs, nil
}

// images registers the image that launches jobs, and one for the workers if they
// have their own.
func (b *googleBuilder) images(p *Pipeline) error {
	a := b.args
	beam := source.Beam{
		Launcher: b.google.Universal.LauncherImage, SDK: b.google.Universal.SDKImage,
		Python: b.google.Universal.PythonVersion, SharedCode: a.Universal.SharedCodeFolder,
	}
	create := func(name string, kind source.Kind, repository func(layer, pipeline string) (string, error)) (*imageresource.Image, error) {
		settings, err := beam.Settings(kind)
		if err != nil {
			return nil, err
		}
		image, err := repository(a.Pipeline.Layer, a.Pipeline.Name)
		if err != nil {
			return nil, err
		}
		s := source.Source{Repo: a.Repo, Pipeline: a.Pipeline, Kind: kind, Settings: settings}
		return b.image(name, s, pulumi.String(b.shared.repository+"/"+image))
	}
	var err error
	if p.Image, err = create("image", source.KindFlexTemplate, naming.GoogleImage); err != nil {
		return err
	}
	if a.Pipeline.Definition.WorkerImage == definition.WorkerImageSeparate {
		p.WorkerImage, err = create("worker-image", source.KindBeamWorker, naming.GoogleWorkerImage)
	}
	return err
}

// environment is how jobs run when nothing else is said. Its image is not known yet.
func (b *googleBuilder) environment() (flextemplate.Environment, error) {
	d := b.args.Pipeline.Definition
	labels, err := b.labels()
	return flextemplate.Environment{
		NumWorkers: d.Workers, MaxWorkers: d.MaxWorkers, MachineType: d.MachineType,
		ServiceAccountEmail: b.shared.workers,
		TempLocation:        b.shared.temp, StagingLocation: b.shared.staging,
		Subnetwork: b.shared.subnetwork, IPConfiguration: flextemplate.PrivateIPs,
		EnableStreamingEngine: d.Streaming,
		AdditionalExperiments: flextemplate.NetworkTagExperiments(d.NetworkTags),
		AdditionalUserLabels:  labels,
	}, err
}

// place is the pipeline's own path below a location of the bucket.
func (b *googleBuilder) place(location string) string {
	return location + "/" + b.args.Pipeline.Layer + "/" + b.args.Pipeline.Name
}

// templatePath is the object with the flex template.
func (b *googleBuilder) templatePath() string { return b.place(b.shared.templates) + ".json" }

// objects puts the flex template and the pipeline's texts into the bucket.
func (b *googleBuilder) objects(p *Pipeline, environment flextemplate.Environment, worker pulumi.StringOutput) error {
	template := flextemplate.Template{SDK: flextemplate.SDK{Language: flextemplate.Python}, Metadata: b.content.Template()}
	text := pulumi.All(p.Image.ImageURI, worker).ApplyT(func(uris []any) (pulumi.AssetOrArchive, error) {
		t, e := template, environment
		t.Image, _ = uris[0].(string)
		e.SDKContainerImage, _ = uris[1].(string)
		t.Environment = &e
		data, err := t.JSON()
		return pulumi.NewStringAsset(string(data)), err
	}).(pulumi.AssetOrArchiveOutput)
	var err error
	if p.Template, err = b.object("template", b.templatePath(), "application/json", text); err != nil {
		return err
	}
	p.Configs = map[string]*storage.BucketObject{}
	for name, text := range b.texts() {
		kind := "application/yaml"
		if strings.HasSuffix(name, ".json") {
			kind = "application/json"
		}
		p.Configs[name], err = b.object("config-"+name, b.place(b.shared.configs)+"/"+name, kind, pulumi.NewStringAsset(string(text)))
		if err != nil {
			return err
		}
	}
	return nil
}

// texts are those of a pipeline without code, by the name of the object.
func (b *googleBuilder) texts() map[string][]byte {
	texts := map[string][]byte{}
	if b.content.YAML != nil {
		texts[beamYAML] = b.content.YAML
	}
	if b.content.Config != nil {
		texts[filepath.Base(b.args.Pipeline.Beam.Config)] = b.content.Config
	}
	return texts
}

// object is an object of the environment's bucket, given by its whole gs:// path.
// Its name is fixed: new content replaces the old under it.
func (b *googleBuilder) object(name, at, kind string, text pulumi.AssetOrArchiveInput) (*storage.BucketObject, error) {
	return storage.NewBucketObject(b.ctx, name, &storage.BucketObjectArgs{
		Bucket:      pulumi.String(b.shared.bucket),
		Name:        pulumi.String(strings.TrimPrefix(at, "gs://"+b.shared.bucket+"/")),
		ContentType: pulumi.String(kind),
		Source:      text,
	}, b.parent)
}

// launch says what the workflow launches, but for the images.
func (b *googleBuilder) launch(connections []launch.Connection) (launch.Options, error) {
	p := b.args.Pipeline
	d := p.Definition
	o := launch.Options{
		Pipeline: p.ID(), Project: b.google.ProjectID, Region: b.google.Region, Template: b.templatePath(),
		Streaming: d.Streaming, Update: d.Update, PollingSeconds: d.PollingSeconds, CancelWithExecution: d.CancelWithExecution,
		Parameters: b.standard, Connections: connections, Profiles: b.content.Profiles(),
	}
	if b.content.YAML != nil {
		o.YAML = b.place(b.shared.configs) + "/" + beamYAML
	}
	if t := b.content.Translation; t != nil {
		o.Before, o.After = t.Before, t.After
	}
	if d.Streaming {
		o.Job = streamingJob(b.workflow)
		return o, nil
	}
	job, err := naming.DataflowJob(p.Name)
	o.Job = job
	return o, err
}

// streamingJob is the name of a streaming pipeline's jobs, of which there is one at
// a time: the workflow's, which nothing else in the Google project has, without
// what a job's name cannot have. Source: https://cloud.google.com/dataflow/docs/reference/pipeline-options
func streamingJob(workflow string) string {
	const maxJob = 63
	name := strings.ToLower(strings.ReplaceAll(workflow, "_", "-"))
	if len(name) > maxJob {
		// The end of a long name tells it from others.
		name = strings.TrimLeft(name[len(name)-maxJob:], "-0123456789")
	}
	return name
}
