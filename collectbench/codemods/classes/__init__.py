"""Classes that are copied, look like tests, or hide tests: what the codemods about them share."""
