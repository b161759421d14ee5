SELECT DISTINCT symbol FROM {{ identifier("dataset") }}.daily -- each once
