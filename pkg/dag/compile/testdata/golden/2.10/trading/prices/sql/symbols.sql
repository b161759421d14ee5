SELECT DISTINCT symbol FROM {{ task['schema'] }}.daily -- each once
