SELECT
  date,
  weather,
  precipitation AS precipitation_mm,
  temp_max AS max_celsius,
  temp_min AS min_celsius,
  `{{ task.database }}.{{ task.schema }}.fahrenheit`(temp_max) AS max_fahrenheit,
  wind AS wind_ms
FROM `{{ task.database }}.{{ task.schema }}.measured`
{%- if is_incremental() %}
WHERE date >= DATE_TRUNC(DATE {{ literal("since") }}, MONTH)
{%- endif %}
