// Entrypoint
