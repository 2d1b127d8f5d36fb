"""Small experiments on what the paper says of training: the same budget for both sides of a question, several seeds."""
