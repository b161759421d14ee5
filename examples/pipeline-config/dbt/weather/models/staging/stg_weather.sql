select
    date,
    extract(year from date) as year,
    extract(month from date) as month,
    weather,
    precipitation_mm,
    precipitation_mm > 0 as is_wet,
    max_celsius,
    min_celsius,
    wind_ms
from {{ source('weather', 'days') }}
