"""What we remember: the database, opened once; tables and their mapping live in the modules beside this one."""
