select
    date_trunc(date, month) as month,
    count(*) as days,
    countif(is_wet) as wet_days,
    round(sum(precipitation_mm), 1) as precipitation_mm,
    max(max_celsius) as max_celsius,
    min(min_celsius) as min_celsius
from {{ ref('stg_weather') }}
group by month
