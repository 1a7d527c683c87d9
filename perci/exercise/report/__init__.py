"""What an exercise shows: figures, pictures and the verdict on each expectation, for one run or two side by side."""
