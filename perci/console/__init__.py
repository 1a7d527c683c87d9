"""The pages of exercises: choose a scenario, change it, play it, watch it, open its report, set two side by side."""
