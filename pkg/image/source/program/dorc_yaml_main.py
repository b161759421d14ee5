"""Runs a Beam YAML pipeline.

This is dorc's own main program, in the image of a Dataflow pipeline that has no
code. It takes

  --yaml_pipeline_file  the pipeline: a gs:// address or a path of this machine;
  --jinja_variables     a JSON object of variables for its {{ … }}; default: none;

and hands these and all other options, which are Beam's, to Beam's own runner of
YAML pipelines.
"""

import argparse
import json
import logging
import sys


def variables(text):
  """The variables as Beam takes them. Null ones are as if they were not given."""
  try:
    given = json.loads(text)
  except json.JSONDecodeError as error:
    raise argparse.ArgumentTypeError(f'it is not JSON: {error}')
  if not isinstance(given, dict):
    raise argparse.ArgumentTypeError('it is not a JSON object')
  return {name: value for name, value in given.items() if value is not None}


def arguments(argv):
  """Checks dorc's two options and returns all of them for Beam."""
  parser = argparse.ArgumentParser(allow_abbrev=False)
  parser.add_argument('--yaml_pipeline_file', required=True)
  parser.add_argument('--jinja_variables', type=variables, default={})
  known, others = parser.parse_known_args(argv)
  return others + [
      '--yaml_pipeline_file=' + known.yaml_pipeline_file,
      '--jinja_variables=' + json.dumps(known.jinja_variables),
  ]


def main(argv):
  argv = arguments(argv)
  # A wrong option is told before Beam takes its seconds to load.
  from apache_beam.yaml import main as beam_yaml
  beam_yaml.run(argv)


if __name__ == '__main__':
  logging.getLogger().setLevel(logging.INFO)
  main(sys.argv[1:])
