"""The courier: CouchDB's data model and replication protocol, on SQLite or in memory. No Flask, no medicine."""
