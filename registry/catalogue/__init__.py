"""What kinds of thing there are: classes, item types and their other names."""
