SELECT date, weather, precipitation_mm
FROM `{{ task.database }}.{{ task.schema }}.days`
WHERE precipitation_mm >= {{ params.rainy_mm }}
