"""The repository of docs/migration.md: an application, a vendored package, and tests in four phases."""
