SELECT id,	name, since -- {{ raw }}
	FROM customers
WHERE NOT deleted;
