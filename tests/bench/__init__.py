"""`make bench`: how well and how fast the product answers, measured in one run beside what else one could take."""
