"""Starts dorc's local BigQuery from its folder."""

import sys

from dorc_bigquery.main import main

sys.exit(main())
