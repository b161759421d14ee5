ROUND(celsius * 9 / 5 + 32, 1)
