"""What is measured as a process of its own, so that neither its memory nor its start is mixed with the benchmark's."""
