"""The hub's web surface that belongs to no room: health, metrics, headers, the app's files, the API description."""
