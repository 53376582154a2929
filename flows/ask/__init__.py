"""What a person asks: of the current publication, or of a document at hand."""
