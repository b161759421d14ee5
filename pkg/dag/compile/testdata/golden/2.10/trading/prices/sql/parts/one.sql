SELECT {{ params.days }} = 7 AS success, 'a week' AS description
