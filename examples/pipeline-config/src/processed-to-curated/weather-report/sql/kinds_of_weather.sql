SELECT
  weather,
  COUNT(*) AS days,
  ROUND(SUM(precipitation_mm), 1) AS precipitation_mm,
  MAX(max_celsius) AS max_celsius,
  MIN(min_celsius) AS min_celsius
FROM `{{ task.database }}.{{ task.schema }}.days`
GROUP BY weather
