#!/usr/bin/env bash
# Measures bin/dorc, which `make bench` has built, and prints Markdown tables.
#   bench/run.sh -n 10,100 -runs 3          smaller and faster
#   bench/run.sh -only images               images, beside Docker where the machine can have an engine
#   bench/run.sh -only dataflow             pipelines of Dataflow on the local target, beside Beam by hand
#   bench/run.sh -only dags                 DAGs without code, and Airflow that parses them, beside dag-factory
#   PULUMI=/path/to/pulumi bench/run.sh     with a Pulumi CLI that is not on the PATH
set -euo pipefail
cd "$(dirname "$0")/.."
exec go run ./bench "$@"
