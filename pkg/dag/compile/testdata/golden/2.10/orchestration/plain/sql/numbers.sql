SELECT '{{ params.task.schema }}' AS s
