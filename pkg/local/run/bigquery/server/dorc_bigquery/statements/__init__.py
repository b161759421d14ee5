"""Statements of SQL: what each does to the datasets. script/ runs several of them."""
