"""The room that runs child processes and writes down what they cost. It decides nothing and prints nothing."""
