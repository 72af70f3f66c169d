"""What the templates show, made from the values of the line: words chosen, figures written, nothing left to decide."""
