"""The pipeline {{.Layer}}/{{.Name}}."""

import logging

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions


class Parameters(PipelineOptions):
    """The parameters that pipeline.yaml gives."""

    @classmethod
    def _add_argparse_args(cls, parser):
        parser.add_argument("--input", required=True, help="the files that are read")
        parser.add_argument("--output", required=True, help="how the names of the files that are written begin")


def main():
    options = PipelineOptions()
    parameters = options.view_as(Parameters)
    with beam.Pipeline(options=options) as pipeline:
        (
            pipeline
            | "Read" >> beam.io.ReadFromText(parameters.input)
            | "Clean" >> beam.Map(str.strip)
            | "Write" >> beam.io.WriteToText(parameters.output, file_name_suffix=".txt")
        )


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.INFO)
    main()
