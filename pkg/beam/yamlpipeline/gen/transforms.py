"""Makes transforms.json: the transforms of Beam YAML, from the installed apache-beam.

Run with the Python that has apache-beam[yaml,gcp] of the supported version:

  python gen/transforms.py > transforms.json

A transform's keys are taken from the signature of its Python implementation, or
from the mapping by which Beam renames an implementation's keys. They are complete
(any other key is an error) when all implementations are Python's; those in Java
may take more. Required are those that every implementation needs; for Java's, the
few that stand in JAVA_REQUIRED, from the documentation of its configuration.
"""
import inspect
import json
import logging
import sys

import apache_beam
from apache_beam.transforms import ptransform
from apache_beam.yaml import yaml_provider

logging.disable(logging.CRITICAL)

# https://beam.apache.org/releases/yamldoc/current/
JAVA_REQUIRED = {
    'ReadFromJdbc': ['url'],
    'ReadFromMySql': ['url'],
    'ReadFromPostgres': ['url'],
    'ReadFromOracle': ['url'],
    'ReadFromSqlServer': ['url'],
    'Sql': ['query'],
    'WriteToBigQuery': ['table'],
}
JAVA_KEYS = {'Sql': ['query', 'dialect']}

# Taken apart or added by Beam before the implementation sees them.
OPEN = {'PyTransform', 'Create', 'AssertEqual', 'WindowInto', 'AnomalyDetection'}


def python_keys(factory):
  """The keys of a Python factory with whether each is required, and whether they
  are all there are; None if unknown."""
  if inspect.isclass(factory):
    factory = factory.__init__
  try:
    parameters = list(inspect.signature(factory).parameters.values())
  except (TypeError, ValueError):
    return None, False
  keys, complete = {}, True
  for p in parameters:
    if p.name in ('self', 'root', 'pcoll', 'pcolls', 'label'):
      continue
    if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
      complete = False
      continue
    keys[p.name] = p.default is p.empty
  return keys, complete


def keys_of(provider, name):
  """Keys, and whether they are all there are."""
  if isinstance(provider, yaml_provider.RenamingProvider):
    mapping = provider._mappings.get(name)
    inner, complete = keys_of(provider._underlying_provider, name)
    if isinstance(mapping, str):
      mapping = provider._mappings[mapping]
    if not mapping:
      return inner, complete
    return {k: bool(inner and inner.get(v)) for k, v in mapping.items()}, False
  if isinstance(provider, yaml_provider.InlineProvider):
    factory = provider._transform_factories[name]
    # @ptransform_fn hides the signature and puts the input first.
    wrapped = getattr(factory, '__wrapped__', None)
    keys, complete = python_keys(wrapped or factory)
    return keys, complete and wrapped is None
  return None, False


def transform(name, providers):
  found = [keys_of(p, name) for p in providers]
  keys = sorted(set(k for ks, _ in found for k in ks or ()) | set(JAVA_KEYS.get(name, ())))
  required = set(keys)
  for ks, _ in found:
    required &= {k for k, needed in (ks or {}).items() if needed}
  if not all(ks is not None for ks, _ in found):
    required = set()
  if name in OPEN:
    return {'keys': keys}
  entry = {'keys': keys}
  needed = sorted(required | set(JAVA_REQUIRED.get(name, ())))
  if needed:
    entry['required'] = needed
  if keys and all(complete for _, complete in found):
    entry['complete'] = True
  return entry


standard = yaml_provider.standard_providers()
json.dump({
    'source': 'apache-beam %s, apache_beam.yaml.yaml_provider.standard_providers()' % apache_beam.__version__,
    'version': apache_beam.__version__,
    'transforms': {name: transform(name, standard[name]) for name in sorted(standard)},
}, sys.stdout, indent=1, sort_keys=True)
sys.stdout.write('\n')
