"""Python runs this before any program of Airflow's.

A package that Airflow imports asks the program `file` what Python is. While Airflow 2's webserver loads, it would
count that process as the worker of its pages, miss it a moment later, and ask for another worker by a signal that
stops a server which is still loading.
"""

import platform

platform._syscmd_file = lambda target, default="": default
