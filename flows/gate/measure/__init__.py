"""What is computed of each observation before it is judged."""
