"""What several formats share: tables, sentences, quantities."""
