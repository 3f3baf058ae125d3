"""What the service keeps.

tables          a Django app: the rows, without behaviour, and their migrations
claiming        whose turn it is, as one statement
database        the Store on these tables, SQLite or PostgreSQL
soundness       whether that database is still there, with the tables of this version
staff           what staff do with attempts: list, regrade, cancel, send again, purge
files           what students sent, on the disk before there is a row
metrics         figures for Prometheus, read from the tables
"""
