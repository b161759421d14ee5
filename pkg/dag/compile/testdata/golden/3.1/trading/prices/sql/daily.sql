SELECT day, symbol, price FROM raw.prices
{% if is_incremental() %}
WHERE day >= DATE('{{ ds }}') AND market = {{ literal("market") }}
{% endif %};
