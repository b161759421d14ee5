FOR found IN (
  SELECT DISTINCT EXTRACT(YEAR FROM date) AS year
  FROM `{{ task.database }}.{{ task.schema }}.days`
  ORDER BY year
)
DO
  CALL `{{ task.database }}.{{ task.schema }}.note_records`(found.year);
END FOR;
