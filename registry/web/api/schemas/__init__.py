"""What the API takes and answers, feature by feature."""
