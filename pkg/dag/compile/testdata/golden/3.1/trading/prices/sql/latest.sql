SELECT * FROM trading.daily
