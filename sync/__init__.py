"""The courier: CouchDB's data model and replication protocol, on SQLite or in memory. Knows no Flask and no medicine."""
