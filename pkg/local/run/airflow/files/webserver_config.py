"""The pages of the local target's Airflow 2: no login, since they are served on this machine's loopback interface alone."""

AUTH_ROLE_PUBLIC = "Admin"
