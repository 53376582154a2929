"""What follows from a failing expectation: who is held, and why."""
