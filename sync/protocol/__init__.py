"""The replication protocol without a web server: options and documents in, JSON (whole or streamed) out."""
