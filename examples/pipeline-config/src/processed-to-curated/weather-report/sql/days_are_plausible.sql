SELECT 'there are days' AS description, COUNT(*) > 0 AS success
FROM `{{ task.database }}.{{ task.schema }}.days`

UNION ALL

SELECT 'each day is there once', COUNT(*) = COUNT(DISTINCT date)
FROM `{{ task.database }}.{{ task.schema }}.days`

UNION ALL

SELECT 'no day is colder at its warmest than at its coldest', COUNTIF(max_celsius < min_celsius) = 0
FROM `{{ task.database }}.{{ task.schema }}.days`
