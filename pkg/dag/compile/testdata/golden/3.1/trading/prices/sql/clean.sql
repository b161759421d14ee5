IF(TRIM(x) = '', NULL, x)
