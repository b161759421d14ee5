SELECT COUNT(*) > 0 AS success, 'rows of {{ ds }}' AS description
FROM {{ params.dataset }}.daily
