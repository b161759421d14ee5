SELECT id, name, since
FROM customers
WHERE NOT deleted;
