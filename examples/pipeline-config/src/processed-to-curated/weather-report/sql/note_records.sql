CREATE TABLE IF NOT EXISTS `{{ task.database }}.{{ task.schema }}.records` (
  year INT64 NOT NULL,
  record STRING NOT NULL,
  date DATE,
  value FLOAT64
);

DELETE FROM `{{ task.database }}.{{ task.schema }}.records`
WHERE year = of_year;

-- Of several days with one value the first counts.
INSERT INTO `{{ task.database }}.{{ task.schema }}.records` (year, record, date, value)
SELECT of_year, 'warmest', date, max_celsius
FROM `{{ task.database }}.{{ task.schema }}.days`
WHERE EXTRACT(YEAR FROM date) = of_year
ORDER BY max_celsius DESC, date
LIMIT 1;

INSERT INTO `{{ task.database }}.{{ task.schema }}.records` (year, record, date, value)
SELECT of_year, 'wettest', date, precipitation_mm
FROM `{{ task.database }}.{{ task.schema }}.days`
WHERE EXTRACT(YEAR FROM date) = of_year
ORDER BY precipitation_mm DESC, date
LIMIT 1;
