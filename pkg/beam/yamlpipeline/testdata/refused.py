"""Says, as JSON, why Beam refuses each of the files; nothing of those that it takes."""
import json
import logging
import sys

import yaml

import apache_beam as beam
from apache_beam.yaml import yaml_transform

logging.disable(logging.CRITICAL)
sys.setrecursionlimit(400)
refused = {}
for name in sys.argv[1:]:
  try:
    with open(name, encoding='utf-8') as f:
      text = yaml_transform.expand_jinja(f.read(), {})
    yaml_transform.expand_pipeline(beam.Pipeline(), yaml.load(text, Loader=yaml_transform.SafeLineLoader))
  except Exception as e:  # pylint: disable=broad-except
    refused[name] = '%s: %s' % (type(e).__name__, e)
json.dump(refused, sys.stdout)
