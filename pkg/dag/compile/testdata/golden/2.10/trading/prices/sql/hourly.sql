SELECT * FROM raw.ticks WHERE symbol IN UNNEST({{ params.symbols }})
