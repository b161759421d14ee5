-- Months that lack days.
select month, days
from {{ ref('weather_by_month') }}
where days != extract(day from last_day(month))
