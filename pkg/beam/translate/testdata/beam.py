"""What the real Beam makes of a Beam YAML file, as JSON.

  beam.py FILE VARIABLES ROWS

The file is filled in, read and put through every phase of Beam's own that comes
before transforms are made: those in Java cannot be made without Beam's jars. The
sinks in Python are made and applied to rows that are like a database's; what
reaches Beam's connector is written to files whose names begin with ROWS.
"""
import datetime
import decimal
import json
import logging
import sys

import yaml

import apache_beam as beam
from apache_beam.io.gcp import bigquery
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.utils.timestamp import Timestamp
from apache_beam.yaml import yaml_provider
from apache_beam.yaml import yaml_transform

logging.disable(logging.CRITICAL)

with open(sys.argv[1], encoding='utf-8') as f:
  text = yaml_transform.expand_jinja(f.read(), json.loads(sys.argv[2]))
loader = yaml_transform.SafeLineLoader
spec = yaml.load(text, Loader=loader)
yaml_transform.validate_against_schema(spec, 'generic')
providers = yaml_provider.merge_providers(
    yaml_provider.parse_providers('', loader.strip_metadata(spec.get('providers', []))),
    yaml_provider.standard_providers())
yaml_transform.preprocess(
    yaml_transform.pipeline_as_composite(spec['pipeline']), known_transforms=providers.keys())

result = {'spec': loader.strip_metadata(spec), 'written': {}}
rows = [beam.Row(
    id=1, name='ä', price=decimal.Decimal('1.10'), since=datetime.date(2026, 1, 31),
    zoned=datetime.datetime(2026, 1, 31, 13, tzinfo=datetime.timezone(datetime.timedelta(hours=9))),
    at=Timestamp.from_utc_datetime(datetime.datetime(2026, 1, 31, 13, tzinfo=datetime.timezone.utc)))]
for transform in result['spec']['pipeline']['transforms']:
  if transform['type'] != 'PyTransform':
    continue
  written = []
  made = bigquery.WriteToBigQuery

  class Recorded(made):
    """Makes Beam's own, with its checks of arguments, and keeps what reaches it."""
    def expand(self, pcoll):
      written.append({
          'table': str(self.table_reference.projectId) + ':' + self.table_reference.datasetId + '.' + self.table_reference.tableId,
          'create': self.create_disposition, 'write': self.write_disposition, 'method': self.method,
          'parameters': self.additional_bq_parameters, 'schema': self.schema})
      loads = pcoll | beam.Map(lambda d: [json.loads(bigquery.bigquery_tools.RowAsDictJsonCoder().encode(d))])
      loads | beam.io.WriteToText(sys.argv[3] + str(len(result['written'])))
      return bigquery.WriteResult(method=self.method, destination_load_jobid_pairs=loads)

  bigquery.WriteToBigQuery = Recorded
  # Made without running, by Beam's own connector, so that it checks itself.
  with_own = beam.Pipeline(options=PipelineOptions(project='my-project', temp_location='gs://bucket/temp'))
  kwargs = dict(transform['config']['kwargs'])
  config = {'constructor': transform['config']['constructor'], 'kwargs': kwargs}

  def apply(p):
    p | beam.Create(rows) | yaml_transform.YamlTransform(yaml.dump({'type': 'PyTransform', 'config': config}))

  with beam.Pipeline() as p:
    apply(p)
  bigquery.WriteToBigQuery = made
  apply(with_own)
  result['written'][transform['name']] = written[0]
json.dump(result, sys.stdout, default=str)
